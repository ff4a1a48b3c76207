import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeAddress } from './judge-address.ts';

it.each([
  ['1.1.1.1', 'public'],
  ['9.255.255.255', 'public'],
  ['11.0.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['100.128.0.0', 'public'],
  ['126.255.255.255', 'public'],
  ['128.0.0.0', 'public'],
  ['168.63.129.15', 'public'],
  ['172.32.0.0', 'public'],
  ['192.0.1.0', 'public'],
  ['198.20.0.0', 'public'],
  ['223.255.255.255', 'public'],
  ['2606:4700::1111', 'public'],
  ['2001:200::1', 'public'],
  ['::ffff:8.8.8.8', 'public'],
  ['2a00::5efe:8.8.8.8', 'public'],
  ['2a00::5efe:10.0.0.1', 'private'],
  ['::ffff:10.0.0.1', 'private'],
  ['::1', 'private'],
  ['fc00::', 'private'],
  ['fdff:ffff::1', 'private'],
  ['::', 'never'],
  ['::2', 'never'],
  ['fe80::1', 'never'],
  ['fe80::1%eth0', 'never'],
  ['2a00::5efe:169.254.169.254', 'never'],
  ['64:ff9b::8.8.8.8', 'never'],
  ['', 'never'],
  ['localhost', 'never'],
  ['127.1', 'never'],
  ['1.2.3', 'never'],
])('%s is %s', (address, judgement) => {
  expect(judgeAddress(address)).toBe(judgement);
});

it('NAT64 is judged by the embedded address where the host has it', () => {
  expect(judgeAddress('64:ff9b::8.8.8.8', { nat64: true })).toBe('public');
  expect(judgeAddress('64:ff9b::127.0.0.1', { nat64: true })).toBe('private');
  expect(judgeAddress('64:ff9b::a9fe:a9fe', { nat64: true })).toBe('never');
  expect(judgeAddress('64:ff9b:1::8.8.8.8', { nat64: true })).toBe('never');
});

it("agrees with Node's own range matcher on every kind of IPv4 address", () => {
  const forbidden = new BlockList();
  const ranges: [string, number][] = [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
    ['168.63.129.16', 32],
  ];
  for (const [address, bits] of ranges) forbidden.addSubnet(address, bits);
  const first = fc.oneof(fc.constantFrom(0, 10, 100, 127, 168, 169, 172, 192, 198, 203), fc.nat(255));
  const second = fc.oneof(fc.constantFrom(0, 16, 18, 51, 63, 64, 88, 168, 254), fc.nat(255));
  const third = fc.oneof(fc.constantFrom(0, 2, 99, 100, 113, 129), fc.nat(255));
  const address = fc
    .tuple(first, second, third, fc.oneof(fc.constant(16), fc.nat(255)))
    .map((parts) => parts.join('.'));
  fc.assert(
    fc.property(address, (text) => {
      expect(judgeAddress(text) !== 'public').toBe(forbidden.check(text));
      expect(judgeAddress(`::ffff:${text}`)).toBe(judgeAddress(text));
    }),
    { numRuns: 5_000 },
  );
});
