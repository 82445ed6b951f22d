/** A session that crosses from transport to transport while requests are in flight: nothing is lost, doubled or reordered. */
import { afterEach, expect, it } from 'vitest';
import { cleanUp, dialled, http, served, sleep, tcp, tls, until, webSocket } from './helpers.test.ts';

afterEach(cleanUp);

const sorted = (values: unknown[]): unknown[] => values.toSorted((a, b) => Number(a) - Number(b));

it('crosses from long links to short ones and back, with commands, pushes and late replies in flight', async () => {
  const total = 400;
  const {
    server,
    log: heard,
    drivers,
  } = served({}, (event, driver) => {
    if (event.type !== 'command') return false;
    const { id, args } = event;
    // some replies are made while the session is on another link
    setTimeout(
      () => {
        driver.session.reply(id, args[0]!);
        driver.session.push('ECHO', [args[0]!]);
        driver.wake();
      },
      Number(args[0]) % 13,
    );
    return true;
  });
  const ways = await Promise.all(
    [tcp, http(0), webSocket, http(1000), tls, http(50)].map(async (way) => way.listen(server)),
  );
  const { client, session, log } = dialled(ways[0]!, { pollAfter: 5 });
  await log.next('open');
  for (let i = 0; i < total; i++) {
    session.command('SEND', [i]);
    session.push('NEWS', [i]);
    client.driver.wake();
    if (i % 9 === 8) client.dial(ways[Math.floor(i / 9) % ways.length]);
    if (i % 3 === 0) await sleep(i % 4);
  }
  await until(
    () =>
      log.of('reply').length >= total && log.of('push').length >= total && heard.of('push').length >= total,
  );
  const numbers = Array.from({ length: total }, (_, i) => i);
  expect(heard.of('command').map(({ args }) => args[0])).toEqual(numbers);
  expect(heard.of('push').map(({ args }) => args[0])).toEqual(numbers);
  expect(sorted(log.of('reply').map(({ value }) => value))).toEqual(numbers);
  expect(sorted(log.of('push').map(({ args }) => args[0]))).toEqual(numbers);
  expect(drivers).toHaveLength(1);
  expect(log.of('resumed').length).toBeGreaterThan(20);
  await client.close();
  await heard.next('closed');
});
