import { planOf } from './plan.ts';
import { simulate } from './run.ts';
const [from='1', to='200', verbose] = process.argv.slice(2);
let bad=0; const t=Date.now(); const kinds=new Map<string,number[]>();
for (let seed=Number(from); seed<=Number(to); seed++) {
  const r = simulate(planOf(seed));
  if (verbose) console.log(JSON.stringify(planOf(seed),null,0), r.trace.join('\n'));
  if (r.fault) { bad++; const k=r.fault.replace(/[cps]\d+/g,'X').split('\n').slice(0,2).join(' '); (kinds.get(k) ?? (kinds.set(k,[]), kinds.get(k)!)).push(seed); if (verbose) console.log(r.fault);}
}
for (const [k,v] of kinds) console.log(v.length, k, v.slice(0,5).join(','));
console.log(bad,'bad of',Number(to)-Number(from)+1, (Date.now()-t)/ (Number(to)-Number(from)+1),'ms each');
