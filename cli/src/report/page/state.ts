/** What is shown and chosen: the parts of the page hear of it here. */
import type { Detail, Item, Line, Model } from '../model.ts';
import { isOdd } from './kinds.ts';

export class State {
  readonly model: Model;
  /** The line that is chosen; -1: none. */
  chosen = -1;
  /** Which lines are shown. */
  readonly shown: boolean[];
  /** The first reply to each command, by their lines. */
  readonly replies: ReadonlyMap<number, number>;
  private readonly details: readonly string[];
  private readonly onChoice: ((line: number) => void)[] = [];
  private readonly onFilter: (() => void)[] = [];

  constructor(model: Model, details: readonly string[]) {
    this.model = model;
    this.details = details;
    this.shown = model.lines.map(() => true);
    const replies = new Map<number, number>();
    for (const [i, line] of model.lines.entries())
      if (line.type === 'item' && line.asked !== null && line.kind === 'REPLY') replies.set(line.asked, i);
    this.replies = replies;
  }

  item(line: number): Item | undefined {
    const found = this.model.lines[line];
    return found?.type === 'item' ? found : undefined;
  }

  detail({ detail }: Item): Detail | undefined {
    return detail === null ? undefined : (JSON.parse(this.details[detail]!) as Detail);
  }

  choose(line: number): void {
    if (line === this.chosen || this.item(line) === undefined) return;
    this.chosen = line;
    for (const hear of this.onChoice) hear(line);
  }

  /** The next item that is shown, or the one before; the same where there is none. */
  beside(line: number, step: 1 | -1): number {
    const { lines } = this.model;
    for (let at = line + step; at >= 0 && at < lines.length; at += step)
      if (this.shown[at] && lines[at]!.type === 'item') return at;
    return line;
  }

  filter(which: string, text: string): void {
    const wanted = text.trim().toLowerCase();
    for (const [i, line] of this.model.lines.entries())
      this.shown[i] = isOf(line, which) && holds(line, wanted);
    for (const hear of this.onFilter) hear();
  }

  whenChosen(hear: (line: number) => void): void {
    this.onChoice.push(hear);
  }

  whenFiltered(hear: () => void): void {
    this.onFilter.push(hear);
  }
}

/** @param which `all`, `odd`, `kind NAME` or `connection NUMBER`. */
function isOf(line: Line, which: string): boolean {
  const [sort] = which.split(' ', 1);
  const of = which.slice(sort!.length + 1);
  if (sort === 'connection') return String(line.connection) === of;
  if (sort === 'odd') return line.type === 'note' ? line.bad : isOdd(line);
  return sort === 'all' || (line.type === 'item' && line.kind === of);
}

function holds(line: Line, wanted: string): boolean {
  if (wanted === '') return true;
  const own = line.type === 'item' ? [line.kind, line.id, line.verb, ...line.remarks].join(' ') : '';
  return `${own} ${line.text}`.toLowerCase().includes(wanted);
}
