#!/bin/sh
# Prints what boot2container's rules make of command lines, one a line on standard input: a second opinion for the tests,
# in the means that the original has. After each command line a line "end".
# Fields are parted by the character 037, items within them by 036.
set -f
FS=$(printf '\037') IS=$(printf '\036') NL='
'

reset() {
	runs= services= posts= filesystems= volumes= aliases= ifaces=
	pipefail=0 cache=none swap= ntp=none url= insmods= hostname=boot2container keymap= delay=0 shutdown= reboot=
}

say() { printf '%s\n' "$1"; }

container() { # $1: kind, $2: text that a shell splits
	kind=$1
	eval "set -- $2"
	joined=
	for argument; do joined=$joined$FS$argument; done
	printf '%s%s\n' "$kind" "$joined"
}

each() { # $1: function, $2: kind, $3: list, a line each
	old=$IFS
	IFS=$NL
	for item in $3; do
		IFS=$old
		"$1" "$2" "${item#x}"
		IFS=$NL
	done
	IFS=$old
}

filesystem() {
	old2=$IFS IFS=,
	set -- $2
	IFS=$old2
	name=$1 src= type= opts=
	shift
	for field; do
		case $field in
		src=*) src=${field#src=} ;;
		type=*) type=${field#type=} ;;
		opts=*) opts=${field#opts=} ;;
		esac
	done
	say "filesystem$FS$name$FS$src$FS$type$FS$opts"
}

volume() {
	old2=$IFS IFS=,
	set -- $2
	IFS=$old2
	name=$1 fs= pull= push= pull_on= push_on= expiration=never overwrite=0 remove=0 exclude= key= preserve=0 fscrypt= again=0
	shift
	for field; do
		case $field in
		filesystem=*) fs=${field#*=} ;;
		mirror=*) pull=${field#*=} push=$pull ;;
		pull_from=*) pull=${field#*=} ;;
		push_to=*) push=${field#*=} ;;
		pull_on=*) pull_on=${field#*=} ;;
		push_on=*) push_on=${field#*=} ;;
		expiration=*) expiration=${field#*=} ;;
		overwrite) overwrite=1 ;;
		remove) remove=1 ;;
		exclude=*) exclude=$exclude$IS${field#*=} ;;
		encrypt_key=*) key=${field#*=} ;;
		preserve) preserve=1 ;;
		fscrypt_key=*) fscrypt=${field#*=} ;;
		fscrypt_reset_key) again=1 ;;
		esac
	done
	say "volume$FS$name$FS$fs$FS$pull$FS$push$FS$pull_on$FS$push_on$FS$expiration$FS$overwrite$FS$remove$FS$exclude$FS$key$FS$preserve$FS$fscrypt$FS$again"
}

minio() {
	printf '%s\n' "$2" | {
		IFS=, read -r alias endpoint key secret
		say "minio$FS$alias$FS$endpoint$FS$key$FS$secret"
	}
}

iface() {
	old2=$IFS IFS=,
	set -- $2
	IFS=$old2
	name=$1 dhcp=0 addresses= gateway= routes= nameservers= forward=0
	shift
	for field; do
		case $field in
		auto | dhcp) dhcp=1 ;;
		address=*) addresses=$addresses$IS${field#*=} ;;
		gateway=*) gateway=${field#*=} ;;
		route=*)
			route=${field#*=}
			routes=$routes$IS${route%%:*}" via "${route#*:}
			;;
		nameserver=*) nameservers=$nameservers$IS${field#*=} ;;
		forward) forward=1 ;;
		esac
	done
	say "iface$FS$name$FS$dhcp$FS$addresses$FS$gateway$FS$routes$FS$nameservers$FS$forward"
}

bytes() {
	case $1 in
	*KiB | *K) echo $((${1%K*} * 1024)) ;;
	*MiB | *M) echo $((${1%M*} * 1024 * 1024)) ;;
	*GB) echo $((${1%GB} * 1000 * 1000 * 1000)) ;;
	*GiB | *G) echo $((${1%G*} * 1024 * 1024 * 1024)) ;;
	*) echo "$1" ;;
	esac
}

report() {
	each container service "$services"
	each container run "$runs"
	each container post "$posts"
	each filesystem - "$filesystems"
	each volume - "$volumes"
	each minio - "$aliases"
	each iface - "$ifaces"
	say "rest$FS$pipefail$FS$cache$FS$(bytes "$swap")$FS$ntp$FS$url$FS$insmods$FS$hostname$FS$keymap$FS$delay$FS$shutdown$FS$reboot"
	say end
}

word() {
	value=
	case $1 in *=*) value=${1#*=} ;; esac
	case ${1%%=*} in
	b2c.container | b2c.run) runs=${runs}x$value$NL ;;
	b2c.service | b2c.run_service) services=${services}x$value$NL ;;
	b2c.post_container | b2c.run_post) posts=${posts}x$value$NL ;;
	b2c.filesystem) filesystems=${filesystems}x$value$NL ;;
	b2c.volume) volumes=${volumes}x$value$NL ;;
	b2c.minio) aliases=${aliases}x$value$NL ;;
	b2c.iface) ifaces=${ifaces}x$value$NL ;;
	b2c.pipefail) pipefail=1 ;;
	b2c.cache_device) cache=$value ;;
	b2c.swap) swap=$value ;;
	b2c.ntp_peer) ntp=$value ;;
	b2c.extra_args_url) url=$value ;;
	b2c.insmods) insmods=$value ;;
	b2c.hostname) hostname=$value ;;
	b2c.keymap) keymap=$value ;;
	b2c.poweroff_delay) delay=$value ;;
	b2c.shutdown_cmd) shutdown=$value ;;
	b2c.reboot_cmd) reboot=$value ;;
	esac
}

# A blank outside of quotes ends a word: between quotes are the even fields.
awk -F '"' '{
	line = ""
	for (i = 1; i <= NF; i++) {
		if (i % 2) gsub(/[ \t]+/, "\n", $i)
		line = line $i
	}
	print line
	print "\036"
}' | {
	reset
	while IFS= read -r line; do
		if [ "$line" = "$IS" ]; then
			report
			reset
		else word "$line"; fi
	done
}
