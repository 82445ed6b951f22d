/** What has gone through a bridge, and how it is reported. */
import type { Counts } from 'petrel/bridge';

export interface Totals extends Counts {
  connections: number;
  open: number;
  /** Bytes read from and written to each side. */
  respIn: number;
  respOut: number;
  petrelIn: number;
  petrelOut: number;
}

export function noTotals(): Totals {
  return { connections: 0, open: 0, commands: 0, replies: 0, pushes: 0, respIn: 0, respOut: 0, petrelIn: 0, petrelOut: 0 };
} // prettier-ignore

/** Bytes on the Petrel side to a byte on the RESP side; undefined before there is one. */
function ratioOf({ respIn, respOut, petrelIn, petrelOut }: Totals): number | undefined {
  const resp = respIn + respOut;
  return resp > 0 ? Number(((petrelIn + petrelOut) / resp).toFixed(4)) : undefined;
}

export function lineOf(totals: Totals): string {
  const { connections, open, commands, replies, pushes, respIn, respOut, petrelIn, petrelOut } = totals;
  const ratio = ratioOf(totals);
  const about = ratio === undefined ? '' : `, ${ratio.toFixed(3)} of RESP`;
  return (
    `${connections} connections (${open} open), ${commands} commands, ${replies} replies, ${pushes} pushes; ` +
    `RESP ${respIn} bytes in, ${respOut} out; Petrel ${petrelIn} in, ${petrelOut} out${about}`
  );
}

export function jsonOf(totals: Totals): string {
  return JSON.stringify({ ...totals, ratio: ratioOf(totals) ?? null });
}
