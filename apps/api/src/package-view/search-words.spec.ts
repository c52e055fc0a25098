import { expect, test } from 'vitest';
import { searchWords } from './search-words.js';

const finds = (text: string, readablePurl: string): boolean =>
  searchWords(text).every((ways) => ways.some((way) => readablePurl.includes(way)));

test.each([
  ['@babel/traverse', 'pkg:npm/@babel/traverse@7.22.0'],
  ['%40babel/traverse', 'pkg:npm/@babel/traverse@7.22.0'],
  ['@babel%2Ftraverse 7.22', 'pkg:npm/@babel/traverse@7.22.0'],
  ['lodash 4.17.20', 'pkg:npm/lodash@4.17.20'],
  ['  Lodash@4.17.20 ', 'pkg:npm/lodash@4.17.20'],
  ['4.17.20 lodash npm', 'pkg:npm/lodash@4.17.20'],
  ['pkg:npm/%40Babel/traverse@7.22.0', 'pkg:npm/@babel/traverse@7.22.0'],
  ['pkg:npm/@babel/traverse@7.22.0', 'pkg:npm/@babel/traverse@7.22.0'],
  ['pkg:pypi/Typing_Extensions@4.0', 'pkg:pypi/typing-extensions@4.0'],
  ['typing_extensions==4.0', 'pkg:pypi/typing-extensions@4.0'],
  ['org.slf4j:slf4j-api:2.0.7', 'pkg:maven/org.slf4j/slf4j-api@2.0.7'],
  ['org.slf4j:slf4j-api', 'pkg:maven/org.slf4j/slf4j-api@2.0.7'],
  ['nginx:1.25', 'pkg:docker/nginx@1.25'],
  ['libstdc++', 'pkg:rpm/fedora/libstdc++@7+1?arch=x86_64'],
  ['libstdc%2B%2B', 'pkg:rpm/fedora/libstdc++@7+1?arch=x86_64'],
  ['', 'pkg:npm/a@1'],
])('%j finds %s', (text, purl) => {
  expect(finds(text, purl)).toBe(true);
});

test.each([
  ['lodash 4.17.21', 'pkg:npm/lodash@4.17.20'],
  ['@babel/core', 'pkg:npm/@babel/traverse@7.22.0'],
])('%j does not find %s', (text, purl) => {
  expect(finds(text, purl)).toBe(false);
});

test('a text of words without end asks for ten of them', () => {
  expect(searchWords('a '.repeat(250))).toHaveLength(10);
});
