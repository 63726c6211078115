import { templateOf } from '@afloat/unitfile'

/**
 * Units that a config may enable because an image brings them: those of systemd that are not started anyhow, and of
 * what runs on Afloat, Flatcar, Fedora CoreOS and their relatives. Names that systemd gives to its own are not listed.
 */
const UNITS = new Set(
  `
  afloat-health.service afloat-update.service afloat-update.socket afloat-update.timer afloat-update@.service
  afloat-keep-socket@.service afloat-dns.service

  autovt@.service console-getty.service container-getty@.service debug-shell.service getty@.service
  serial-getty@.service rescue.service emergency.service ldconfig.service tmp.mount var-lib-machines.mount
  fstrim.service fstrim.timer quotaon@.service user@.service user-runtime-dir@.service
  dev-hugepages.mount dev-mqueue.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.mount
  proc-sys-fs-binfmt_misc.automount cryptsetup.target remote-cryptsetup.target veritysetup.target

  basic.target boot-complete.target ctrl-alt-del.target default.target emergency.target exit.target final.target
  getty.target graphical.target halt.target hibernate.target kexec.target local-fs.target machines.target
  multi-user.target network-online.target network-pre.target network.target nss-lookup.target nss-user-lookup.target
  paths.target poweroff.target printer.target reboot.target remote-fs.target rescue.target rpcbind.target
  runlevel2.target runlevel3.target runlevel4.target runlevel5.target shutdown.target sleep.target slices.target
  smartcard.target sockets.target soft-reboot.target sound.target suspend.target swap.target sysinit.target
  time-set.target time-sync.target timers.target usb-gadget.target

  dbus.service dbus.socket dbus-broker.service polkit.service
  ssh.service ssh.socket sshd.service sshd.socket sshd@.service sshd-keygen.service sshd-keygen.target
  sshd-keygen@.service ssh-access.target
  nftables.service iptables.service ip6tables.service iptables-restore.service iptables-store.service
  ip6tables-restore.service ip6tables-store.service firewalld.service
  chronyd.service chrony-wait.service ntpd.service ntpdate.service ptp4l.service phc2sys.service
  dnsmasq.service named.service unbound.service avahi-daemon.service
  NetworkManager.service NetworkManager-wait-online.service NetworkManager-dispatcher.service
  nm-cloud-setup.service nm-cloud-setup.timer ModemManager.service wpa_supplicant.service wpa_supplicant@.service
  iscsi.service iscsi-init.service iscsid.service iscsid.socket iscsiuio.service iscsiuio.socket
  multipathd.service multipathd.socket lvm2-monitor.service lvm2-lvmpolld.socket mdmonitor.service mdadm.service
  mdcheck_start.timer mdcheck_continue.timer mdmonitor-oneshot.timer raid-check.timer zfs.target zfs-import.target
  nfs-client.target nfs-server.service nfs-mountd.service nfs-idmapd.service nfs-blkmap.service rpcbind.service
  rpcbind.socket rpc-statd.service rpc-statd-notify.service rpc-gssd.service gssproxy.service
  irqbalance.service tuned.service sysstat.service auditd.service audit-rules.service rsyslog.service smartd.service
  cockpit.service cockpit.socket crond.service atd.service logrotate.service logrotate.timer kdump.service
  rngd.service haveged.service acpid.service pcscd.service pcscd.socket sssd.service realmd.service
  qemu-guest-agent.service vmtoolsd.service vgauthd.service open-vm-tools.service hv_kvp_daemon.service
  hypervkvpd.service hypervvssd.service waagent.service oem-gce.service google-guest-agent.service
  amazon-ssm-agent.service

  docker.service docker.socket containerd.service crio.service cri-docker.service cri-docker.socket kubelet.service
  kubeadm.service etcd-member.service etcd.service etcd2.service flanneld.service fleet.service
  podman.service podman.socket podman-auto-update.service podman-auto-update.timer podman-clean-transient.service
  podman-kube@.service podman-restart.service netavark-dhcp-proxy.service netavark-dhcp-proxy.socket
  netavark-firewalld-reload.service io.podman.service io.podman.socket

  coreos-metadata.service coreos-metadata-sshkeys@.service coreos-cloudinit.service user-cloudinit@.service
  afterburn.service afterburn-sshkeys@.service afterburn-checkin.service
  update-engine.service update-engine-stub.timer locksmithd.service ensure-sysext.service tcsd.service
  flatcar-openstack-hostname.service
  zincati.service rpm-ostreed.service rpm-ostree-countme.timer rpm-ostreed-automatic.timer
  rpm-ostreed-automatic.service rpm-ostree-fix-shadow-mode.service ostree-finalize-staged.path
  coreos-check-ignition-config.service coreos-check-ssh-keys.service coreos-ignition-firstboot-complete.service
  coreos-liveiso-success.service console-login-helper-messages-gensnippet-os-release.service
  console-login-helper-messages-gensnippet-ssh-keys.service console-login-helper-messages-issuegen.path
  bootupd.socket bootc-fetch-apply-updates.timer fwupd.service fwupd-refresh.timer toolbox.service
  greenboot-healthcheck.service greenboot-task-runner.service redboot-auto-reboot.service redboot-task-runner.service
  fdo-client-linuxapp.service parsec.service clevis-luks-askpass.path openvswitch.service ovs-configuration.service
  machine-config-daemon-firstboot.service machine-config-daemon-pull.service node-valid-hostname.service
  `
    .trim()
    .split(/\s+/),
)

/** Whether an image brings a unit of that name, or the template of which it is an instance. */
export function isKnownUnit(name: string): boolean {
  return /^(systemd|dbus-org)[-.]/.test(name) || UNITS.has(name) || UNITS.has(templateOf(name) ?? '')
}

export const knownUnits: Iterable<string> = UNITS
