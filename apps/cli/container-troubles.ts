import type { Machine } from '@afloat/vm/machine'

/**
 * Returns a sentence for each container of a machine that is not running, with the last error of podman.
 * systemd tries such a container again and again, so it does not count as a failed unit.
 */
export async function containerTroubles(machine: Machine): Promise<string[]> {
  const text = await machine.sh(script)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name, ...reason] = line.split('\t')
      const error = reason.join(' ').trim()
      return error === ''
        ? `Container "${name}" is still starting`
        : `Container "${name}" does not start: ${error}`
    })
}

const script = `for quadlet in /etc/containers/systemd/*.container; do
  [ -e "$quadlet" ] || continue
  name=$(basename "$quadlet" .container)
  systemctl --quiet is-active "$name" && continue
  printf '%s\\t%s\\n' "$name" "$(journalctl --boot --unit "$name" --output cat --no-pager | grep '^Error: ' | tail -n 1)"
done
:`
