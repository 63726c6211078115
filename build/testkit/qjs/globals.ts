// Timers under the names that fast-check looks for when it is loaded. QuickJS keeps them in its module `os`.
type Timers = { setTimeout: unknown; clearTimeout: unknown }

const scope = globalThis as unknown as Timers & { os: Timers }
scope.setTimeout = scope.os.setTimeout
scope.clearTimeout = scope.os.clearTimeout

export {}
