/** The budgets of a client, where it has any. */
import { encodeFrame } from '../../frame/all.ts';
import type { Encodable } from '../../value/index.ts';
import { RequestBudget, TrafficBudget, type AppState, type NetworkClass } from '../policy/index.ts';
import { clock } from './clock.ts';
import type { Budgets } from './options.ts';

export class Allowance {
  private readonly requests: RequestBudget | undefined;
  private readonly traffic: TrafficBudget | undefined;

  /** @throws RangeError naming the option that is out of its range. */
  constructor({ sameRequest = false, traffic = false }: Budgets, state: AppState) {
    if (sameRequest) this.requests = new RequestBudget();
    if (traffic !== false) this.traffic = new TrafficBudget(state, clock(), traffic === true ? {} : traffic);
  }

  become(state: AppState): void {
    this.traffic?.become(state, clock());
  }

  /** Something is about to be said. @throws BudgetError; TypeError or RangeError for what no frame can say. */
  take(kind: 'COMMAND' | 'PUSH', verb: string, args: readonly Encodable[], network: NetworkClass): void {
    const { requests, traffic } = this;
    if (requests === undefined && traffic === undefined) return;
    const frame = encodeFrame(kind === 'PUSH' ? { kind, verb, args } : { kind, id: 1, verb, args });
    const now = clock();
    traffic?.take(frame.length, network, now);
    if (kind === 'COMMAND') requests?.take(frame, now);
  }

  /** Bytes that have come: nobody asked whether they fit. */
  received(bytes: number, network: NetworkClass): void {
    this.traffic?.count(bytes, network, clock());
  }
}
