/** One raw request and what must become of it. */
export interface RawForm {
  readonly name: string;
  readonly bytes: string;
  /** `served`: seen once, and the request behind it as well. `refused`: not seen, answered 4xx, connection closed. */
  readonly fate: 'served' | 'refused';
}

const KEY_LINES = 'Host: a\r\nAuthorization: Bearer own_good\r\n';
const HEAD = `POST /v1/chat/completions HTTP/1.1\r\n${KEY_LINES}`;

const served = (name: string, bytes: string): RawForm => ({ name, bytes, fate: 'served' });
const refused = (name: string, bytes: string): RawForm => ({ name, bytes, fate: 'refused' });
/** A refused form that differs in its header lines only. */
const lines = (name: string, headers: string, body = '{}'): RawForm => refused(name, `${HEAD}${headers}\r\n${body}`);
const chunked = (name: string, body: string): RawForm => lines(name, 'Transfer-Encoding: chunked\r\n', body);
const target = (name: string, line: string): RawForm =>
  refused(name, `${line}\r\n${KEY_LINES}Content-Length: 2\r\n\r\n{}`);

/** Forms of one request, good and bad (security.md section 6). */
export const RAW_FORMS: readonly RawForm[] = [
  served('a length', `${HEAD}Content-Length: 2\r\n\r\n{}`),
  served('a length of zero', `${HEAD}Content-Length: 0\r\n\r\n`),
  served('a length with leading zeros', `${HEAD}Content-Length: 002\r\n\r\n{}`),
  served('no body at all', `${HEAD}\r\n`),
  served('chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`),
  served('chunks, coding in capitals', `${HEAD}Transfer-Encoding: CHUNKED\r\n\r\n2\r\n{}\r\n0\r\n\r\n`),
  served('chunk extensions', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\n`),
  refused(
    'a trailer that looks like framing',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n`,
  ),
  served('a trailer', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Filler: a\r\n\r\n`),
  served('an empty line in front', `\r\n${HEAD}Content-Length: 2\r\n\r\n{}`),
  served(
    'framing with underscores means nothing',
    `${HEAD}Content_Length: 40\r\nTransfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}`,
  ),
  served('an upgrade to h2c', `${HEAD}Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\nContent-Length: 2\r\n\r\n{}`),
  lines('length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  lines('chunks and length', 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', '0\r\n\r\n'),
  lines('two lengths', 'Content-Length: 2\r\nContent-Length: 40\r\n'),
  lines('one length twice', 'Content-Length: 2\r\nContent-Length: 2\r\n'),
  lines('a list of lengths', 'Content-Length: 2, 2\r\n'),
  lines('a plus sign', 'Content-Length: +2\r\n'),
  lines('a minus sign', 'Content-Length: -2\r\n'),
  lines('a length in hex', 'Content-Length: 0x2\r\n'),
  lines('a length with a space in it', 'Content-Length: 2 2\r\n'),
  lines('a length with a letter', 'Content-Length: 2a\r\n'),
  lines('a length over 64 bits', 'Content-Length: 18446744073709551618\r\n'),
  lines('an unknown coding', 'Transfer-Encoding: gzip\r\n'),
  lines('a coding after chunked', 'Transfer-Encoding: chunked, gzip\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  lines('identity after chunked', 'Transfer-Encoding: chunked, identity\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  lines('a coding that ends like chunked', 'Transfer-Encoding: xchunked\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  lines('two coding lines', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  lines('a vertical tab in the coding', 'Transfer-Encoding: \x0bchunked\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  lines('a tab behind the coding', 'Transfer-Encoding: chunked\t\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  lines('a tab before the length', 'Content-Length:\t2\r\n'),
  lines('a space before the colon of the length', 'Content-Length : 2\r\n'),
  lines('a space before the colon of the coding', 'Transfer-Encoding : chunked\r\n', '0\r\n\r\n'),
  lines('a folded line', 'Content-Length: 2\r\nX-Filler: a\r\n folded: b\r\n'),
  lines('a folded coding', 'Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'),
  lines('a bare LF between headers', 'X-Filler: a\nContent-Length: 2\r\n'),
  lines('a bare CR in a value', 'X-Filler: a\rContent-Length: 40\r\nContent-Length: 2\r\n'),
  lines('NUL in a value', 'X-Filler: a\0b\r\nContent-Length: 2\r\n'),
  lines('NUL in a name', 'X-Fi\0ller: a\r\nContent-Length: 2\r\n'),
  lines('a space in a name', 'X Filler: a\r\nContent-Length: 2\r\n'),
  lines('an empty name', ': a\r\nContent-Length: 2\r\n'),
  lines('a line without a colon', 'nonsense\r\nContent-Length: 2\r\n'),
  lines('two Host headers', 'Host: b\r\nContent-Length: 2\r\n'),
  lines('an unknown expectation', 'Expect: 200-maybe\r\nContent-Length: 2\r\n'),
  lines('20 KB of headers', `X-Filler: ${'a'.repeat(20_000)}\r\nContent-Length: 2\r\n`),
  lines('more than 100 headers', `${'X-Filler: a\r\n'.repeat(101)}Content-Length: 2\r\n`),
  refused(
    'no Host',
    'POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer own_good\r\nContent-Length: 2\r\n\r\n{}',
  ),
  refused('bare LF throughout', `${HEAD}Content-Length: 2\r\n\r\n{}`.replaceAll('\r\n', '\n')),
  refused(
    'a coding on HTTP/1.0',
    `POST /v1/chat/completions HTTP/1.0\r\n${KEY_LINES}Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  ),
  chunked('a chunk size over 64 bits', '10000000000000002\r\n{}\r\n0\r\n\r\n'),
  chunked('a chunk size with 0x', '0x2\r\n{}\r\n0\r\n\r\n'),
  chunked('a chunk size with a sign', '+2\r\n{}\r\n0\r\n\r\n'),
  chunked('a chunk size with a space in front', ' 2\r\n{}\r\n0\r\n\r\n'),
  chunked('a chunk longer than it says', '2\r\n{}{}\r\n0\r\n\r\n'),
  chunked('a bare LF behind a chunk size', '2\n{}\r\n0\r\n\r\n'),
  chunked('a bare LF in a chunk extension', '2;a\nb\r\n{}\r\n0\r\n\r\n'),
  chunked('chunk extensions without end', `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`),
  target('an absolute target', 'POST http://b/v1/chat/completions HTTP/1.1'),
  target('an asterisk target', 'OPTIONS * HTTP/1.1'),
  target('a target without a slash', 'POST v1/chat/completions HTTP/1.1'),
  target('a dot segment', 'POST /v1/../v1/chat/completions HTTP/1.1'),
  target('an escaped dot segment', 'POST /v1/%2e%2e/v1/chat/completions HTTP/1.1'),
  target('an escaped slash', 'POST /v1%2Fchat/completions HTTP/1.1'),
  target('an escaped NUL', 'POST /v1/chat/completions%00 HTTP/1.1'),
  target('9 KB of target', `POST /v1/chat/completions?a=${'a'.repeat(9_000)} HTTP/1.1`),
  target('a space in the target', 'POST /v1/chat/completions x HTTP/1.1'),
  target('an unknown method', 'PO\tST /v1/chat/completions HTTP/1.1'),
  target('HTTP/2.0', 'POST /v1/chat/completions HTTP/2.0'),
  target('HTTP/0.9', 'POST /v1/chat/completions HTTP/0.9'),
  target('HTTP/1.2', 'POST /v1/chat/completions HTTP/1.2'),
  target('HTTP in small letters', 'POST /v1/chat/completions http/1.1'),
  refused('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  refused('TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
];
