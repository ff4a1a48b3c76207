import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS } from '../canonical/error.ts';
import { openapiText } from './openapi.ts';
import { ROUTES } from './route-table.ts';

const SNAPSHOT = new URL('../../docs/openapi.json', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

interface Operation {
  readonly security: readonly object[];
  readonly responses: Record<string, unknown>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: { readonly ErrorCode: { readonly enum: readonly string[] } } };
}

const document: Document = JSON.parse(openapiText(version));

test('docs/openapi.json is what the server tells (UPDATE_SNAPSHOTS=1 rewrites it)', () => {
  if (process.env['UPDATE_SNAPSHOTS'] === '1') writeFileSync(SNAPSHOT, openapiText(version));
  expect(readFileSync(SNAPSHOT, 'utf8')).toBe(openapiText(version));
});

test('every route is in it, under its own policy, and nothing else is', () => {
  expect(document.openapi).toBe('3.1.0');
  const told = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { security }]) => `${method.toUpperCase()} ${path} ${security.length > 0}`),
  );
  const routes = ROUTES.map((route) => `${route.method} ${route.path} ${route.credential === 'key'}`);
  expect(told.toSorted()).toEqual(routes.toSorted());
});

test('every reference leads somewhere', () => {
  for (const [, path] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = (path ?? '')
      .split('/')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
    expect(found, path).toBeDefined();
  }
});

test('the error codes are those of the table', () => {
  expect(document.components.schemas.ErrorCode.enum).toEqual(Object.keys(ERRORS));
});
