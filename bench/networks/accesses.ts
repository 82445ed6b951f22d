/** The links of a device. README.md says where their figures are from. */
import { Random } from '../../fuzz/session/random.ts';
import { between, exponential } from './dice.ts';
import { Spans } from './spans.ts';
import type { Access } from './world.ts';

export const WIFI: Access = { label: 'home', rtt: 6, jitter: 1, queue: 2, loss: 0.001 };
export const LTE: Access = { label: 'carrier', rtt: 45, jitter: 2, queue: 8, loss: 0.002 };

/** The radio has slept since the last dial. */
export const UMTS: Access = {
  label: 'carrier',
  rtt: 120,
  jitter: 4,
  queue: 25,
  loss: 0.01,
  promotion: (random) => 1000 + 1000 * random(),
};

const SECOND = 1000;

/** Packets are lost one by one, for a moment at each handover, and for seconds in tunnels. */
export function train(random: Random): { readonly access: Access; readonly tunnels: Spans } {
  // dice of their own: both are drawn as far as somebody asks
  const [a, b] = [new Random(random.next()), new Random(random.next())];
  const tunnels = new Spans(
    () => 5 * SECOND + exponential(a, 60 * SECOND),
    () => between(a, 2 * SECOND, 10 * SECOND),
  );
  const handovers = new Spans(
    () => SECOND + exponential(b, 10 * SECOND),
    () => between(b, 50, 400),
  );
  const access = { label: 'carrier', rtt: 60, jitter: 3, queue: 25, loss: 0.05, gaps: [tunnels, handovers] };
  return { access, tunnels };
}
