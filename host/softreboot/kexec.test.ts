import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testUki } from '../slots/test-machine.ts'
import { FakeSys } from '../sys/fake-sys.ts'
import { canKexec, loadKernel } from './kexec.ts'

test('loadKernel() hands the kernel what the image holds, and keeps no copy', () => {
  const hash = 'c'.repeat(64)
  const sys = new FakeSys()
  sys.addFile('/esp/b.efi', testUki(hash))
  sys.addProgram('kexec')
  sys.addProgram('dd')
  loadKernel(sys, '/esp/b.efi')
  assert.deepEqual(sys.commands, [
    'dd if=/esp/b.efi of=/run/afloat/kexec/linux bs=1M status=none iflag=skip_bytes,count_bytes skip=1024 count=5',
    'dd if=/esp/b.efi of=/run/afloat/kexec/initrd bs=1M status=none iflag=skip_bytes,count_bytes skip=1536 count=6',
    `kexec --kexec-file-syscall --load /run/afloat/kexec/linux --initrd=/run/afloat/kexec/initrd '--command-line=usrhash=${hash} quiet'`,
  ])
  assert.equal(sys.exists('/run/afloat/kexec'), false)
})

test('loadKernel() says why it cannot', () => {
  const sys = new FakeSys()
  sys.addFile('/esp/b.efi', testUki('c'.repeat(64)))
  sys.addProgram('dd')
  sys.addProgram('kexec', () => ({ code: 1, stderr: 'kexec_file_load failed: Operation not permitted' }))
  assert.throws(() => loadKernel(sys, '/esp/b.efi'), {
    code: 'softreboot/kexec-failed',
    message: /not permitted/,
  })
  sys.addFile('/esp/b.efi', 'half')
  assert.throws(() => loadKernel(sys, '/esp/b.efi'), { code: 'release/not-a-uki' })
})

test('canKexec() asks the kernel', () => {
  const sys = new FakeSys()
  assert.equal(canKexec(sys), false)
  sys.addProgram('kexec')
  sys.addFile('/proc/sys/kernel/kexec_load_disabled', '1\n')
  assert.equal(canKexec(sys), false)
  sys.addFile('/proc/sys/kernel/kexec_load_disabled', '0\n')
  assert.equal(canKexec(sys), true)
})
