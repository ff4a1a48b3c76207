import { describe, expect, test } from 'vitest';
import { readHeaderLines } from './header-lines.ts';
import { headText, UnsafeHead } from './write-head.ts';

describe('a head', () => {
  test('is read back as it was written', () => {
    const pairs = ['x-a', 'b', 'x-empty', '', 'x-latin', 'caf\u00e9\t1', 'x-a', 'c'];
    const text = headText('HTTP/1.1 200 OK', 'date: now\r\n', pairs);
    const headers: string[] = [];
    expect(text.startsWith('HTTP/1.1 200 OK\r\ndate: now\r\n')).toBe(true);
    expect(text.endsWith('\r\n\r\n')).toBe(true);
    expect(readHeaderLines(text.slice(0, -2), 'HTTP/1.1 200 OK\r\n'.length, headers)).toBeUndefined();
    expect(headers).toEqual(['date', 'now', ...pairs]);
  });

  test.each(['\r\nx: y', '\nx: y', '\rx', 'a\0b', '\u010ax: y', '\u2028', '\x7f', '\x0b', '\r\n\r\n'])(
    'with %j in a value, a name or a path is refused',
    (evil) => {
      expect(() => headText('GET / HTTP/1.1', '', ['x-a', evil])).toThrow(UnsafeHead);
      expect(() => headText('GET / HTTP/1.1', '', [`x${evil}`, 'a'])).toThrow(UnsafeHead);
      expect(() => headText(`GET /${evil} HTTP/1.1`, '', [])).toThrow(UnsafeHead);
    },
  );
});
