/** Numbers for people. */

export function grouped(count: number): string {
  return count.toLocaleString('en');
}

export function bytes(count: number): string {
  return `${grouped(count)} B`;
}

/** A duration. */
export function duration(seconds: number): string {
  if (seconds < 0.001) return `${(seconds * 1e6).toFixed(0)} µs`;
  if (seconds < 1) return `${(seconds * 1000).toPrecision(3)} ms`;
  return `${seconds.toPrecision(3)} s`;
}

/** A moment since the beginning, as precise as captures are. */
export function moment(seconds: number | null): string {
  return seconds === null ? '' : seconds.toFixed(6);
}

export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

export function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (100 * part) / whole;
  return `${share < 10 ? share.toFixed(1) : share.toFixed(0)} %`;
}

/** A printable character of ASCII, or a dot. */
export function ascii(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}
