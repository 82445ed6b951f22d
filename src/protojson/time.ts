/** Timestamps and durations as JSON spells them (RFC 3339; seconds with a suffix). */

/** Seconds and nanoseconds, as both messages hold them. */
export interface Time {
  readonly seconds: number;
  readonly nanos: number;
}

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;
/** About 10,000 years. */
const LONGEST = 315_576_000_000;
const BILLION = 1_000_000_000;

const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

/** `1970-01-01T00:00:10.500Z`, with 0, 3, 6 or 9 digits; undefined outside of the years 1 to 9999. */
export function formatTimestamp(seconds: unknown, nanos: unknown): string | undefined {
  const time = wholeTime(seconds, nanos);
  if (!time || !isMoment(time.seconds) || time.nanos < 0) return undefined;
  return `${secondText(time.seconds)}${fraction(time.nanos)}Z`;
}

/** The time that a text of RFC 3339 names, with `T` and `Z` as capitals; undefined where it names none. */
export function parseTimestamp(text: string): Time | undefined {
  const [, local = '', digits = '', sign, hours, minutes] = TIMESTAMP.exec(text) ?? [];
  const milliseconds = Date.parse(`${local}Z`);
  // A day that its month lacks, and the hour 24, come out as another date.
  if (Number.isNaN(milliseconds) || secondText(milliseconds / 1000) !== local) return undefined;
  const offset = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * 60;
  const seconds = milliseconds / 1000 - (sign === '-' ? -offset : offset);
  return isMoment(seconds) ? { seconds, nanos: nanosOf(digits) } : undefined;
}

/** `-1.500s`, with 0, 3, 6 or 9 digits; undefined beyond 10,000 years, and where seconds and nanoseconds differ in sign. */
export function formatDuration(seconds: unknown, nanos: unknown): string | undefined {
  const time = wholeTime(seconds, nanos);
  if (!time || Math.abs(time.seconds) > LONGEST || time.seconds * time.nanos < 0) return undefined;
  const sign = time.seconds < 0 || time.nanos < 0 ? '-' : '';
  return `${sign}${Math.abs(time.seconds)}${fraction(Math.abs(time.nanos))}s`;
}

/** The duration that a text names; undefined where it names none. */
export function parseDuration(text: string): Time | undefined {
  const [, sign, whole, digits = ''] = DURATION.exec(text) ?? [];
  if (whole === undefined || Number(whole) > LONGEST) return undefined;
  const signed = (value: number): number => (sign === '-' && value > 0 ? -value : value);
  return { seconds: signed(Number(whole)), nanos: signed(nanosOf(digits)) };
}

/** What a message holds, where that is two integers with less than a second of nanoseconds. */
function wholeTime(seconds: unknown, nanos: unknown): Time | undefined {
  const whole = typeof seconds === 'bigint' ? Number(seconds) : seconds;
  if (!Number.isSafeInteger(whole) || !Number.isSafeInteger(nanos)) return undefined;
  const time = { seconds: whole as number, nanos: nanos as number };
  return Math.abs(time.nanos) < BILLION ? time : undefined;
}

function isMoment(seconds: number): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

function secondText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

function nanosOf(digits: string): number {
  return Number(digits.padEnd(9, '0'));
}

function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  return `.${digits.replace(/(?:000){1,2}$/, '')}`;
}
