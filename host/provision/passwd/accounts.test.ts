import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseGroup, parsePasswd, withConfigAccounts } from './accounts.ts'

test('parsePasswd() and parseGroup() read lines of their form and leave out others', () => {
  assert.deepEqual(
    parsePasswd('root:x:0:0:root,,,:/root:/bin/bash\n\n+::::::\nbroken:x:1\na:x:5:6::/home/a:\n'),
    [
      { name: 'root', uid: 0, gid: 0, home: '/root' },
      { name: 'a', uid: 5, gid: 6, home: '/home/a' },
    ],
  )
  assert.deepEqual(parseGroup('root:x:0:\nsudo:x:27:core,ops\nbroken\n'), [
    { name: 'root', gid: 0 },
    { name: 'sudo', gid: 27 },
  ])
})

test('withConfigAccounts() knows who comes and who goes', () => {
  const accounts = {
    users: new Map([['old', { name: 'old', uid: 5, gid: 5, home: '/' }]]),
    groups: new Map([['old', { name: 'old', gid: 5 }]]),
  }
  const { users, groups } = withConfigAccounts(accounts, {
    ignition: { version: '3.4.0' },
    passwd: {
      groups: [{ name: 'team' }, { name: 'old', shouldExist: false }],
      users: [
        { name: 'a' },
        { name: 'b', noUserGroup: true },
        { name: 'c', primaryGroup: 'team' },
        { name: 'old', shouldExist: false },
      ],
    },
  })
  assert.deepEqual([...users], ['a', 'b', 'c'])
  assert.deepEqual([...groups], ['team', 'a'])
})
