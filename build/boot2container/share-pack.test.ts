import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { writeAuthorityPack } from './authority-pack.ts'
import { writeSeedPack } from './seed-pack.ts'

const dir = await mkdtemp(join(tmpdir(), 'afloat-share-pack-'))
after(() => rm(dir, { recursive: true }))
const output = join(dir, 'pack')

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(dir, name), text)
  return join(dir, name)
}
const namesIn = async () => (await readFile(output, 'latin1')).match(/usr\/share\/afloat\/[\w./-]+/g)

/** Made by openssl, for a hundred years. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBNDCB56ADAgECAhQtjniSjCmxo2VLXmjfMNxHlslSFjAFBgMrZXAwDzENMAsG
A1UEAwwEU2l0ZTAgFw0yNjExMjYyMDAzMTlaGA8yMTI2MTEwMjIwMDMxOVowDzEN
MAsGA1UEAwwEU2l0ZTAqMAUGAytlcAMhABjM+USnVrtQd+cC9rcVo+MWcWseWWip
1p41tJlU+kTNo1MwUTAdBgNVHQ4EFgQUysjpBjJvl8Ub+N+Ruc7Omw1xvyIwHwYD
VR0jBBgwFoAUysjpBjJvl8Ub+N+Ruc7Omw1xvyIwDwYDVR0TAQH/BAUwAwEB/zAF
BgMrZXADQQA3mweaRj/8dzCxI2LUVx52ynAT+hqzGewbKIu8idGzSc1tuxbT2L9c
srFHJHC7t3NUU/5dWBZuZwsn9OeUu9UE
-----END CERTIFICATE-----
`

test('writeSeedPack() tells images of one name apart', async () => {
  const image = await file('image ü.tar', 'image')
  await writeSeedPack([image, image], output)
  const home = 'usr/share/afloat/seed'
  assert.deepEqual(await namesIn(), [home, `${home}/0-image__.tar`, `${home}/1-image__.tar`])
})

test('writeAuthorityPack() takes certificates as PEM, and nothing else', async () => {
  await writeAuthorityPack([await file('site.pem', certificate)], output)
  const home = 'usr/share/afloat/authorities'
  assert.deepEqual(await namesIn(), [home, `${home}/0-site.pem`])
  const others = ['', certificate.replaceAll(/-----.*\n/g, ''), certificate.replace('MIIB', 'AAAA')]
  for (const text of others) {
    const path = await file('other', text)
    await assert.rejects(writeAuthorityPack([path], output), {
      code: 'b2c/bad-certificate',
      message: `Cannot use "${path}": it is no certificate, or not there`,
    })
  }
})
