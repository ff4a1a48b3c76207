import { expect, it } from 'vitest';
import { createSystemResolve, guardedLookup, type Resolve } from './guarded-lookup.ts';

const target = {
  origin: 'https://api.example.com',
  secure: true,
  hostname: 'api.example.com',
  port: 443,
  pathPrefix: '',
  allowPrivateNetwork: false,
};

/** The outcome of one lookup, in a word or as addresses. */
function look(resolve: Resolve, all: boolean, timeoutMs = 5_000): Promise<unknown> {
  const lookup = guardedLookup(target, { resolve, nat64: false, timeoutMs });
  return new Promise((done) =>
    lookup('api.example.com', { all }, (error, address) => done(error && 'kind' in error ? error.kind : address)),
  );
}

it('gives judged addresses in the form that was asked for', async () => {
  const answer = [
    { address: '2606:4700::1111', family: 6 },
    { address: '1.1.1.1', family: 4 },
  ];
  expect(await look(async () => answer, true)).toEqual(answer);
  expect(await look(async () => answer, false)).toBe('2606:4700::1111');
});

it('a name server that does not answer, fails, or has no address is dns', async () => {
  expect(await look(() => new Promise(() => undefined), true, 20)).toBe('dns');
  expect(await look(() => Promise.reject(new Error('SERVFAIL')), true)).toBe('dns');
  expect(await look(async () => [], true)).toBe('dns');
});

it('an answer that comes after the time limit changes nothing', async () => {
  let calls = 0;
  let answer: () => void = () => undefined;
  const resolve: Resolve = () =>
    new Promise((done) => {
      answer = () => done([{ address: '1.1.1.1', family: 4 }]);
    });
  const lookup = guardedLookup(target, { resolve, nat64: false, timeoutMs: 20 });
  await new Promise<void>((done) =>
    lookup('api.example.com', { all: true }, () => {
      calls += 1;
      done();
    }),
  );
  answer();
  await new Promise(setImmediate);
  expect(calls).toBe(1);
});

it('the same question at the same time is asked once, and again afterwards', async () => {
  const resolve = createSystemResolve();
  const first = resolve('localhost');
  expect(resolve('localhost')).toBe(first);
  expect((await first).length).toBeGreaterThan(0);
  expect(resolve('localhost')).not.toBe(first);
});
