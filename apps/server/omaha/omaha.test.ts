import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { test } from 'node:test'
import { afloatAppId, events, parseResponse, type ResponseApp } from '@afloat/omaha'
import { requestSamples } from '@afloat/omaha/testing/samples'
import { receiveRelease } from '../bundles/publish.ts'
import { writeSmallBundle } from '../testing/small-bundle.ts'
import { TestServer } from '../testing/test-server.ts'

async function publishSmall(
  server: TestServer,
  version: string,
): Promise<{ sha256: string; sizeBytes: number }> {
  const path = await writeSmallBundle(server.dir, version, { bytes: 1000 })
  return await receiveRelease({ db: server.db, dataDir: server.dir }, 'stable', createReadStream(path))
}

type View = {
  status: string
  version: string
  grantedVersion: string | null
  lastEvent: { name: string } | null
  lastError: { grantedVersion: string; error: { code: number; name: string; reason: string | null } } | null
}

async function instances(server: TestServer): Promise<View[]> {
  const response = await server.api('/v1/instances')
  return ((await response.json()) as { instances: View[] }).instances
}

async function statusOf(server: TestServer): Promise<string> {
  const [only, ...others] = await instances(server)
  assert.equal(others.length, 0)
  return only!.status
}

const check = { ping: { active: true }, updateCheck: {} }
const noUpdate = { status: 'noupdate', urls: [], manifests: [] }

function only(apps: readonly ResponseApp[]): ResponseApp {
  assert.equal(apps.length, 1)
  return apps[0]!
}

test('an update check is answered with what the channel has, to the byte', async () => {
  await using server = await TestServer.start({ pollIntervalSeconds: 300 })
  const { sha256, sizeBytes } = await publishSmall(server, '1.1.0')
  const { sha1 } = await server.db.selectFrom('packages').select('sha1').executeTakeFirstOrThrow()
  const response = await server.post(
    `<request protocol="3.0"><app appid="{${afloatAppId.toUpperCase()}}" version="1.0.0" track="stable" board="amd64-usr" machineid="m"><ping active="1"/><updatecheck/><event eventtype="3" eventresult="2" previousversion=""/></app></request>`,
  )
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('Content-Type'), 'text/xml')
  assert.equal(
    await response.text(),
    `<?xml version="1.0" encoding="UTF-8"?>
<response protocol="3.0" server="afloat"><daystart elapsed_seconds="0"/><app appid="{${afloatAppId.toUpperCase()}}" status="ok"><ping status="ok"/><updatecheck status="ok" PollInterval="300"><urls><url codebase="http://localhost/v1/packages/${sha256}/"/></urls><manifest version="1.1.0"><packages><package name="afloat-1.1.0-x86_64.afloat" hash="${sha1}" hash_sha256="${sha256}" size="${sizeBytes}" required="true"/></packages><actions><action event="postinstall" sha256="${Buffer.from(sha256, 'hex').toString('base64')}" DisablePayloadBackoff="true"/></actions></manifest></updatecheck><event status="ok"/></app></response>
`,
  )
})

test('a machine that runs what the channel has, or a newer one, gets no update', async () => {
  await using server = await TestServer.start({ pollIntervalSeconds: 300 })
  await publishSmall(server, '1.1.0')
  for (const version of ['1.1.0', '1.1.0+build.7', '2.0.0', '1.2.0-alpha'])
    assert.deepEqual(only((await server.ask({ version, ...check })).apps).updateCheck, {
      ...noUpdate,
      pollIntervalSeconds: 300,
    })
})

test('a machine gets what the channel has that it asks for, and stays in its group', async () => {
  await using server = await TestServer.start()
  const path = await writeSmallBundle(server.dir, '1.1.0', { bytes: 1000 })
  await receiveRelease({ db: server.db, dataDir: server.dir }, 'beta', createReadStream(path))
  const ask = async (channel?: string) => {
    const { apps } = await server.ask({ ...check, track: 'stable', ...(channel ? { channel } : {}) })
    const { status, updateCheck } = only(apps)
    return [status, updateCheck?.status, updateCheck?.manifests[0]?.version]
  }
  assert.deepEqual(await ask(), ['ok', 'noupdate', undefined])
  assert.deepEqual(await ask('beta'), ['ok', 'ok', '1.1.0'])
  assert.deepEqual(await ask('gamma'), ['error-unknownChannel', 'error-internal', undefined])
  const stable = await server.db.selectFrom('groups').select('id').where('track', '=', 'stable').execute()
  const seen = await server.db.selectFrom('instances').select('group_id').execute()
  assert.deepEqual(
    seen.map(({ group_id }) => group_id),
    stable.map(({ id }) => id),
  )
})

test('nothing published is no update', async () => {
  await using server = await TestServer.start()
  assert.deepEqual(only((await server.ask(check)).apps), {
    appId: afloatAppId,
    status: 'ok',
    ping: 'ok',
    updateCheck: noUpdate,
    events: [],
  })
})

test('each application of a request is answered in its order, unknown ones too', async () => {
  await using server = await TestServer.start()
  await publishSmall(server, '1.1.0')
  const { apps } = await server.ask(
    { appId: 'io.example.App', ...check },
    { track: 'nightly', ...check },
    { version: 'one', ...check },
    { machineId: 'x'.repeat(51), ...check },
    { board: 'arm64-usr', ...check },
    check,
  )
  assert.deepEqual(
    apps.map((app) => [app.status, app.updateCheck?.status]),
    [
      ['error-unknownApplication', 'error-internal'],
      ['error-unknownApplicationOrGroup', 'error-internal'],
      ['error-invalidVersion', 'error-internal'],
      ['error-instanceRegistrationFailed', 'error-internal'],
      ['error-unknownApplicationOrGroup', 'error-internal'],
      ['ok', 'ok'],
    ],
  )
})

test('a group is found by its id as well as by its track', async () => {
  await using server = await TestServer.start()
  await publishSmall(server, '1.1.0')
  const groups = server.db.selectFrom('groups').select('id')
  const { id } = await groups.where('track', '=', 'stable').executeTakeFirstOrThrow()
  assert.equal(only((await server.ask({ track: id.toUpperCase(), ...check })).apps).updateCheck?.status, 'ok')
})

test('another protocol is refused in words that clients know', async () => {
  await using server = await TestServer.start()
  const response = await server.post(
    `<request protocol="4.0"><app appid="${afloatAppId}" version="1.0.0"><updatecheck/></app></request>`,
  )
  const app = only(parseResponse(await response.text()).apps)
  assert.deepEqual([app.status, app.updateCheck?.status], ['error-internal', 'error-unsupportedProtocol'])
})

test('an application of others is answered as unknown', async () => {
  await using server = await TestServer.start()
  const app = only(parseResponse(await (await server.post(requestSamples.idle)).text()).apps)
  assert.deepEqual(app, {
    appId: '{e96281a6-d1af-4bde-9a0a-97b76e56dc57}',
    status: 'error-unknownApplication',
    ping: 'ok',
    updateCheck: { status: 'error-internal', urls: [], manifests: [] },
    events: ['ok'],
  })
})

test('a machine goes through its statuses as it reports them', async () => {
  await using server = await TestServer.start()
  await publishSmall(server, '1.1.0')
  await server.ask(check)
  assert.equal(await statusOf(server), 'granted')
  for (const [event, status] of [
    [events.downloadStarted, 'downloading'],
    [events.downloadFinished, 'downloaded'],
    [events.written, 'installed'],
    [events.installed, 'installed'],
  ] as const) {
    const app = only((await server.ask({ events: [event] })).apps)
    assert.deepEqual(app, { appId: afloatAppId, status: 'ok', events: ['ok'] })
    assert.equal(await statusOf(server), status)
  }
  const arrived = { version: '1.1.0', events: [{ ...events.complete, previousVersion: '1.0.0' }], ...check }
  assert.deepEqual(only((await server.ask(arrived)).apps).updateCheck, noUpdate)
  assert.equal(await statusOf(server), 'complete')
  const history = await server.db
    .selectFrom('instance_status_history')
    .select(['status', 'version'])
    .orderBy('id')
    .execute()
  assert.deepEqual(
    history.map(({ status, version }) => `${status} ${version}`),
    ['2 1.1.0', '7 1.1.0', '6 1.1.0', '5 1.1.0', '4 1.1.0'],
  )
})

test('an empty completion is a no-op, with every spelling of empty', async () => {
  await using server = await TestServer.start()
  await publishSmall(server, '1.1.0')
  await server.ask(check)
  for (const previousVersion of ['', '0.0.0.0', undefined]) {
    const event = { ...events.complete, ...(previousVersion === undefined ? {} : { previousVersion }) }
    assert.deepEqual(only((await server.ask({ events: [event], ...check })).apps).events, ['ok'])
  }
  assert.equal(await statusOf(server), 'granted')
  assert.deepEqual(await server.db.selectFrom('events').selectAll().execute(), [])
})

test('an application that says just an empty completion makes no machine known', async () => {
  await using server = await TestServer.start()
  const app = only((await server.ask({ events: [{ ...events.complete, previousVersion: '' }] })).apps)
  assert.deepEqual([app.status, app.events], ['ok', ['ok']])
  assert.deepEqual(await instances(server), [])
})

test('a failure is kept with code and reason, and outlives further checks', async () => {
  await using server = await TestServer.start()
  await publishSmall(server, '1.1.0')
  await server.ask(check)
  const failure = { ...events.failed, errorCode: 268435456 + 3000, reason: 'web.service is failed' }
  await server.ask({ events: [failure], ...check })
  await server.ask(check)
  const [machine] = await instances(server)
  assert.equal(machine!.status, 'error')
  assert.equal(machine!.lastError!.grantedVersion, '1.1.0')
  assert.deepEqual(machine!.lastError!.error, {
    code: 3000,
    name: 'healthUnit',
    text: 'A unit was not active in the new version (3000)',
    reason: 'web.service is failed',
  })
})

test('a machine that failed is offered the same version, and granted a newer one', async () => {
  await using server = await TestServer.start()
  await publishSmall(server, '1.1.0')
  await server.ask(check)
  const failure = { events: [{ ...events.failed, errorCode: 44 }], ...check }
  assert.equal(only((await server.ask(failure)).apps).updateCheck?.manifests[0]?.version, '1.1.0')
  await publishSmall(server, '1.2.0')
  assert.equal(only((await server.ask(check)).apps).updateCheck?.manifests[0]?.version, '1.2.0')
  assert.equal(await statusOf(server), 'granted')
})

test('events of a machine that nobody knows are kept', async () => {
  await using server = await TestServer.start()
  await server.ask({ events: [events.downloadStarted] })
  const [machine] = await instances(server)
  assert.deepEqual([machine!.status, machine!.lastEvent!.name], ['downloading', 'downloadStarted'])
})

test('events that mean nothing are acknowledged and change no status', async () => {
  await using server = await TestServer.start()
  await server.ask(check)
  const answer = only(
    (
      await server.ask({
        events: [
          { type: 6, result: 1 },
          { type: 2, result: 1 },
        ],
      })
    ).apps,
  )
  assert.deepEqual(answer.events, ['ok', 'ok'])
  assert.equal(await statusOf(server), 'undefined')
})

test('a syncer is answered and not listed as a machine', async () => {
  await using server = await TestServer.start()
  await server.ask({ machineId: '{0e3d9a3a-26ff-4b0e-8a11-0a8b4d8c8f5e}', ...check })
  assert.deepEqual(await instances(server), [])
})

test('checks at the same time do not disturb each other', async () => {
  await using server = await TestServer.start()
  await publishSmall(server, '1.1.0')
  const machines = Array.from({ length: 200 }, (_, i) => `machine-${i % 50}`)
  await Promise.all(machines.map((machineId) => server.ask({ machineId, ...check })))
  const known = await instances(server)
  assert.equal(known.length, 50)
  assert.ok(known.every(({ status }) => status === 'granted'))
  const history = await server.db.selectFrom('instance_status_history').selectAll().execute()
  assert.equal(history.length, 50)
})

test('a request that cannot be read is answered with a prolog alone', async () => {
  await using server = await TestServer.start()
  const bad = [
    '',
    'x',
    '<request',
    '<response/>',
    '<!DOCTYPE a [<!ENTITY b "c">]><request/>',
    Uint8Array.of(0xff),
  ]
  for (const body of bad) {
    const response = await server.post(body)
    assert.equal(response.status, 200)
    assert.equal(await response.text(), '<?xml version="1.0" encoding="UTF-8"?>\n')
  }
  assert.match(server.log[0]!, /^Cannot read an Omaha request: Cannot read XML: .* \(line 1, column 1\)$/)
})

test('both spellings of the path work, other methods and long bodies do not', async () => {
  await using server = await TestServer.start()
  for (const path of ['/v1/update', '/v1/update/']) {
    assert.equal((await server.post('<request protocol="3.0"/>', path)).status, 200)
    const get = await server.app.request(path)
    assert.deepEqual([get.status, get.headers.get('Allow')], [405, 'POST'])
    assert.equal((await server.post(`<request>${' '.repeat(65536)}</request>`, path)).status, 400)
  }
})
