interface Account {
  readonly name: string
  readonly shouldExist?: boolean
}

/** The names of users or groups that a config makes. */
export function accountNames(accounts: readonly Account[] = []): string[] {
  return accounts.filter(({ shouldExist }) => shouldExist !== false).map(({ name }) => name)
}
