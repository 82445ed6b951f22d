import { siege } from './connections/siege.ts';
const result = await siege({
  each: 1000,
  rate: Number(process.argv[2] ?? 2000),
  rounds: Number(process.argv[3] ?? 3),
});
console.table(result.latencies);
console.log(result.resident, result.heap);
for (const [m, f] of Object.entries(result.fates))
  console.log(m, f.opened, f.closedAfter.length, f.closedAfter[0], f.closedAfter.at(-1));
