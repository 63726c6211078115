import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after } from 'node:test'
import { repoDir } from '@afloat/build/paths'
import { startBrowser, type TestBrowser } from '@afloat/build/testkit/browser'
import type { Page } from 'playwright-core'

const program = [join(repoDir, 'apps/cli/main.ts'), 'config']

/** What `afloat config ...` prints for a text on standard input, with exit code 0. */
export function afloatConfig(args: readonly string[], text: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...args], {
    input: text,
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  return stdout
}

/** Starts `afloat config playground` and a browser, until the tests of the file are over. */
export async function startPlayground(): Promise<{ url: string; browser: TestBrowser }> {
  const server = spawn(process.execPath, [...program, 'playground', '--port', '0'])
  after(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGINT')
    assert.equal(await ended, 0)
  })
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    server.stderr.on('data', (data) => {
      said += data
      const found = /Playground at (\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    server.once('exit', () => reject(new Error(said)))
  })
  const browser = await startBrowser()
  after(() => browser.close())
  return { url, browser }
}

/** What is used of the browser inside the page. */
interface Window {
  readonly navigator: {
    readonly clipboard: { readText(): Promise<string>; writeText(text: string): Promise<void> }
  }
}

/** The page as a person has it before them. */
export class Playground {
  readonly page: Page
  /** What the console of the browser has said, and which addresses were asked for. */
  readonly said: string[] = []
  readonly asked: string[] = []

  private constructor(page: Page) {
    this.page = page
    page.on('console', (message) => this.said.push(message.text()))
    page.on('pageerror', (error) => this.said.push(String(error)))
    page.on('request', (request) => this.asked.push(request.url()))
  }

  static async open(
    browser: TestBrowser,
    url: string,
    options?: Parameters<TestBrowser['newContext']>[0],
  ): Promise<Playground> {
    const permissions = ['clipboard-read', 'clipboard-write']
    const context = await browser.newContext({ permissions, ...options })
    const playground = new Playground(await context.newPage())
    await playground.page.goto(url)
    return playground
  }

  get editor() {
    return this.page.getByLabel('Configuration, YAML')
  }

  /** Waits until the line beside the title says this. */
  async status(text: string | RegExp): Promise<void> {
    await this.page.locator('#status').filter({ hasText: text }).waitFor()
  }

  /** What stands in the tab of a name. */
  async output(tab: string): Promise<string> {
    await this.page.getByRole('tab', { name: tab }).click()
    return (await this.page.getByRole('tabpanel').textContent()) ?? ''
  }

  /** Puts a text in place of the one that is there, the way a person does who has it from elsewhere. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate(
      (copied) => (globalThis as unknown as Window).navigator.clipboard.writeText(copied),
      text,
    )
    await this.editor.focus()
    await this.page.keyboard.press('Control+A')
    await this.page.keyboard.press('Control+V')
  }

  async clipboard(): Promise<string> {
    return await this.page.evaluate(() => (globalThis as unknown as Window).navigator.clipboard.readText())
  }

  /** Line and column of the caret, from 1. */
  async caret(): Promise<string> {
    const before = await this.editor.evaluate((area: { value: string; selectionStart: number }) =>
      area.value.slice(0, area.selectionStart),
    )
    const lines = before.split('\n')
    return `${lines.length}:${lines.at(-1)!.length + 1}`
  }

  /** The text below the marks in the editor. */
  async marks(): Promise<string[]> {
    return await this.page.locator('.rows .mark').allTextContents()
  }

  /** Returns what tells for how long, at the longest, the page has not reacted since. */
  async watchStillness(): Promise<() => Promise<number>> {
    const watch = await this.page.evaluateHandle(() => {
      const times = { last: performance.now(), longestMs: 0 }
      setInterval(() => {
        times.longestMs = Math.max(times.longestMs, performance.now() - times.last)
        times.last = performance.now()
      }, 10)
      return times
    })
    return async () => await watch.evaluate(({ longestMs }) => longestMs)
  }

  /** Ends the page. Fails if it asked for anything but itself, or if the console says that something went wrong. */
  async close(): Promise<void> {
    const own = new URL(this.page.url())
    const foreign = this.asked.filter((url) => {
      const { protocol, host, pathname } = new URL(url)
      return protocol !== 'blob:' && protocol !== 'data:' && (host !== own.host || pathname !== own.pathname)
    })
    await this.page.context().close()
    assert.deepEqual([foreign, this.said], [[], []])
  }
}
