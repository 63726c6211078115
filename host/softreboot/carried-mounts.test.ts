import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMountInfo } from '../sys/mounts.ts'
import { carriedMounts } from './carried-mounts.ts'

const id = 'c'.repeat(64)
const storage = '/var/lib/containers/storage'

/** A machine as it is, and then one with more disks and containers. */
const plain = `23 33 0:21 / /proc rw - proc proc rw
26 33 0:23 / /run rw - tmpfs tmpfs rw
33 1 254:6 / / rw,noatime - ext4 /dev/vda6 rw
34 33 253:0 / /usr ro - erofs /dev/mapper/usr ro
37 33 0:25 / /etc rw - overlay overlay rw,workdir=/sysroot/var/lib/afloat/etc/work
30 24 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
46 33 0:37 / /tmp rw - tmpfs tmpfs rw
84 33 0:48 / /boot rw - autofs systemd-1 rw
280 84 254:1 / /boot rw - vfat /dev/vda1 rw
95 26 0:38 / /run/credentials/@system ro - tmpfs tmpfs rw
`

const state = `300 33 253:1 / /var rw - ext4 /dev/mapper/var rw
301 300 253:1 /lib/containers/storage/overlay ${storage}/overlay rw - ext4 /dev/mapper/var rw
302 301 0:60 / ${storage}/overlay/l1/merged rw - overlay overlay rw
303 300 0:61 / ${storage}/overlay-containers/${id}/userdata/shm rw - tmpfs shm rw
304 33 254:17 / /srv/a\\040b rw - xfs /dev/vdb1 rw
305 304 254:18 / /srv/a\\040b/deep rw - ext4 /dev/vdb2 rw
306 33 254:19 /data /home rw - ext4 /dev/vdb3 rw
307 33 0:70 / /mnt/net rw - nfs4 server:/ rw
308 33 0:71 / /mnt/fuse rw - fuse.sshfs ssh rw
309 26 0:72 / /run/netns rw - nsfs nsfs rw
`

test('a machine of one disk carries nothing: state is on the root file system', () => {
  assert.deepEqual(carriedMounts(parseMountInfo(plain)), [])
})

test('mounts that hold state go along, those above others first', () => {
  assert.deepEqual(carriedMounts(parseMountInfo(plain + state)), [
    '/home',
    '/srv/a b',
    '/srv/a b/deep',
    '/var',
  ])
})

test('file systems of containers go along when the container survives', () => {
  const kept = new Set([`${storage}/overlay/l1/merged`])
  const carried = carriedMounts(parseMountInfo(plain + state), kept)
  assert.deepEqual(carried.slice(-2), ['/var', `${storage}/overlay/l1/merged`])
})

test('a mount that another one hides does not go along', () => {
  const over = `${state}310 306 254:20 / /home rw - ext4 /dev/vdc rw
311 33 254:21 / /srv rw - ext4 /dev/vdd rw
`
  assert.deepEqual(carriedMounts(parseMountInfo(plain + over)), ['/home', '/srv', '/var'])
})

test('what extensions bring does not go along: it is merged anew', () => {
  const merged = `310 34 0:80 / /usr ro - overlay sysext ro,lowerdir=/usr
311 33 0:81 / /opt ro - overlay sysext ro,lowerdir=/opt
`
  assert.deepEqual(carriedMounts(parseMountInfo(plain + merged)), [])
})

test('a root that is a folder of its file system does not confuse what is bound onto itself', () => {
  const text = `33 1 254:6 /root1 / rw - ext4 /dev/vda6 rw
40 33 254:6 /root1/var/lib/x /var/lib/x rw - ext4 /dev/vda6 rw
41 33 254:6 /shared /var/lib/y rw - ext4 /dev/vda6 rw
`
  assert.deepEqual(carriedMounts(parseMountInfo(text)), ['/var/lib/y'])
})
