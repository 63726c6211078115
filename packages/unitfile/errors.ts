import { finding } from '@afloat/report'

/** Everything that can be wrong with a systemd unit file. */
export const unitErrors = {
  badSection: (line: string) =>
    finding(
      'unitfile/bad-section',
      `Cannot read section header ${quote(line)}: expected "[Name]" alone on its line`,
    ),
  noEquals: (line: string) =>
    finding(
      'unitfile/no-equals',
      `Cannot read setting ${quote(line)}: expected "Name=value"`,
      'Put = between the name and the value, or start the line with # for a comment',
    ),
  noName: () => finding('unitfile/no-name', 'Cannot read setting: there is no name before "="'),
  outsideSection: (line: string) =>
    finding(
      'unitfile/outside-section',
      `Ignored ${quote(line)}: it stands before the first section`,
      'Start with a section such as [Service]',
    ),
  lineTooLong: (limit: number) =>
    finding('unitfile/line-too-long', `Line is too long: found more than ${limit} characters`),
}

export type UnitErrorCode = ReturnType<(typeof unitErrors)[keyof typeof unitErrors]>['code']

function quote(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line)
}
