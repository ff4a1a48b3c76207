import { describe, expect, test } from 'vitest';
import { headerPairs } from './header-pairs.ts';

describe('headers for the pipeline', () => {
  test('order and duplicates stay', () => {
    expect(headerPairs(['accept', 'a', 'x-b', '1', 'x-b', '2'])).toEqual(['accept', 'a', 'x-b', '1', 'x-b', '2']);
  });

  test.each([
    ...['Authorization', 'X-API-Key', 'Cookie', 'Host', 'Connection', 'Proxy-Authorization', 'Transfer-Encoding'],
    ...[
      'Content-Length',
      'Upgrade',
      'HTTP2-Settings',
      'Expect',
      'X-Forwarded-For',
      'X-Forwarded-Anything',
      'Forwarded',
    ],
    ...['OpenAI-Organization', 'OpenAI-Project', 'x_api_key', 'Content_Length', 'Session_Ids'],
  ])('%s stops here', (name) => {
    expect(headerPairs([name.toLowerCase(), 'secret'])).toEqual([]);
  });

  test('session_id passes, and does not merge with session-id', () => {
    expect(headerPairs(['session_id', 'a', 'session-id', 'b'])).toEqual(['session_id', 'a', 'session-id', 'b']);
  });

  test('of x-goog-api-key only the name passes', () => {
    expect(headerPairs(['x-goog-api-key', 'secret'])).toEqual(['x-goog-api-key', '']);
  });
});
