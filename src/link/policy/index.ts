/**
 * How a client reaches its server on a bad network, and stays: decisions without a socket, a timer, a clock or a die. `now`
 * and `random` are arguments; `nextTimeout` says when `handleTimeout` wants to be called.
 */
export { BUDGET_DEFAULTS, BudgetError, RequestBudget, TrafficBudget } from './budget.ts';
export type { BudgetErrorCode, TrafficOptions } from './budget.ts';
export { DIAL_TIME_DEFAULTS, DialTimes } from './dial-times.ts';
export { alternate, ENDPOINT_DEFAULTS, endpointKey, familyOf, readEndpoints } from './endpoint.ts';
export type { Endpoint } from './endpoint.ts';
export { DIAL_DEFAULTS, Endpoints } from './endpoints.ts';
export type { EndpointSource } from './endpoints.ts';
export { Heartbeat, HEARTBEAT_DEFAULTS } from './heartbeat.ts';
export type { HeartbeatAction, HeartbeatOptions } from './heartbeat.ts';
export { HeartbeatMemory } from './heartbeat-memory.ts';
export { HISTORY_DEFAULTS } from './history.ts';
export { LABEL_DEFAULTS } from './labels.ts';
export { INTERVAL_DEFAULTS } from './learned-interval.ts';
export type { LearnedInterval } from './learned-interval.ts';
export { learnFrom } from './learn.ts';
export type { Pupils } from './learn.ts';
export { ACTIVITY_DEFAULTS, AppActivity } from './network.ts';
export type { Activity, AppState, NetworkClass } from './network.ts';
export { Pacing, PACING_DEFAULTS } from './pacing.ts';
export type { PacingOptions, Schedule } from './pacing.ts';
export { PAST_DEFAULTS } from './past.ts';
export { Race } from './race.ts';
export type { AttemptOutcome, AttemptReport, RaceAction } from './race.ts';
export { ARTICLE_RACE, MARS_RACE, RACE_DEFAULTS } from './race-options.ts';
export type { HeadStart, RaceOptions, RaceStrategy } from './race-options.ts';
export { Forgetting } from './ranking/forgetting.ts';
export { HistoryAware } from './ranking/history-aware.ts';
export { NEAREST_DEFAULTS, NearestFirst } from './ranking/nearest.ts';
export type { LatencyReport } from './ranking/nearest.ts';
export { RandomCombination } from './ranking/random.ts';
export type { Order, Ranking, Verdict } from './ranking/ranking.ts';
export { VISIT_DEFAULTS } from './ranking/visits.ts';
export { TaskClocks } from './task-clocks.ts';
export type { ExpiredTask } from './task-clocks.ts';
export { TaskClock, TIMEOUT_DEFAULTS, timeoutFigures, taskTimeouts } from './timeouts.ts';
export type {
  Task,
  TaskFigures,
  TaskTimeout,
  TaskTimeouts,
  TimeoutFigures,
  TimeoutOptions,
} from './timeouts.ts';
