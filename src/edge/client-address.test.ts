import { describe, expect, test } from 'vitest';
import { ClientAddress, isLoopback } from './client-address.ts';
import { connectionsMax, countedPlace } from './connection-limits.ts';
import { hostAllowed } from './host-allowed.ts';

describe('the address of the client', () => {
  const behind = new ClientAddress(['10.0.0.0/8', '2001:db8::/32', '192.0.2.7']);

  test.each<[string, string | undefined, string]>([
    ['203.0.113.1', '1.1.1.1', '203.0.113.1'],
    ['10.1.2.3', undefined, '10.1.2.3'],
    ['10.1.2.3', '1.1.1.1', '1.1.1.1'],
    ['10.1.2.3', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    ['10.1.2.3', '6.6.6.6, 1.1.1.1, 10.9.9.9', '1.1.1.1'],
    ['10.1.2.3', '6.6.6.6, nonsense, 10.9.9.9', '10.9.9.9'],
    ['10.1.2.3', '10.4.4.4', '10.4.4.4'],
    ['::ffff:10.1.2.3', '::ffff:1.1.1.1', '1.1.1.1'],
    ['2001:db8::1', '2001:4860::8888', '2001:4860::8888'],
    ['192.0.2.7', '1.1.1.1', '1.1.1.1'],
    ['192.0.2.8', '1.1.1.1', '192.0.2.8'],
  ])('%s that forwards for %s is %s', (peer, forwardedFor, client) => {
    expect(behind.of(peer, forwardedFor)).toBe(client);
  });

  test('without listed proxies nobody is believed', () => {
    expect(new ClientAddress([]).of('127.0.0.1', '1.1.1.1')).toBe('127.0.0.1');
  });
});

describe('limits of connections', () => {
  test('IPv6 addresses of one /64 are one place, IPv4 addresses each their own', () => {
    expect(countedPlace('2001:db8:1:2::1')).toBe(countedPlace('2001:db8:1:2:ffff::9'));
    expect(countedPlace('2001:db8:1:2::1')).not.toBe(countedPlace('2001:db8:1:3::1'));
    expect(countedPlace('203.0.113.1')).not.toBe(countedPlace('203.0.113.2'));
  });

  test.each([
    [1_024, 256],
    [65_536, 32_256],
    [0, 256],
  ])('%i file descriptors allow %i connections', (descriptors, connections) => {
    expect(connectionsMax(descriptors)).toBe(connections);
  });

  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['128.0.0.1', false],
    ['10.0.0.1', false],
    ['', false],
  ])('%s is loopback: %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});

describe('host names of this machine', () => {
  test.each([
    ['localhost', true],
    ['LOCALHOST:4000', true],
    ['saola.localhost', true],
    ['127.0.0.1:4000', true],
    ['[::1]:4000', true],
    ['192.168.1.5', true],
    ['evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (host, expected) => {
    expect(hostAllowed(host)).toBe(expected);
  });
});
