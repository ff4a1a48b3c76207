import { expect, test } from 'vitest';
import { ipInRanges, parseIpRange } from './ip-match.ts';

function inRange(range: string, address: string): boolean {
  const parsed = parseIpRange(range);
  if (parsed === undefined) throw new Error(`not a range: ${range}`);
  return ipInRanges([parsed], address);
}

test.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.1.2.128/25', '10.1.2.127', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['127.0.0.1', '::ffff:127.0.0.1', true],
  ['::ffff:10.0.0.0/104', '10.9.9.9', true],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/33', '2001:db8:8000::1', false],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['::/0', '::1', true],
])('%s and %s: %s', (range, address, expected) => {
  expect(inRange(range, address)).toBe(expected);
});

test('ranges that are not exact are refused, and an unreadable address lies in none', () => {
  const bad = [
    '',
    '10.0.0.1/8',
    '010.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/',
    '1.2.3',
    '2001:db8::1/32',
    'fe80::1%eth0',
    '::ffff:10.0.0.0/8',
    'a::b::c',
  ];
  expect(bad.filter((text) => parseIpRange(text) !== undefined)).toEqual([]);
  expect(inRange('0.0.0.0/0', 'localhost')).toBe(false);
});
