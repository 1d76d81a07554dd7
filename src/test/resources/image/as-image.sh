#!/bin/sh
# Runs a command the way a container engine runs it of an image:
#
#   unshare --mount as-image.sh ROOT DIRECTORY USER JAVA COMMAND...
#
# ROOT is the root of its file system. For a USER that is not 0 nothing of it can be written but /tmp, and the process has
# no capability and cannot gain one. What an image has besides the service (a shell, libraries, the JVM at JAVA) is that of
# this machine, read-only. Without unshare this would mount things over those of the machine.
set -eu
root=$1 directory=$2 user=$3 java=$4
shift 4

mount --bind "$root" "$root"
for own in /bin /lib /lib64 /usr /etc /dev "$java"; do
  if [ -d "$own" ]; then
    mkdir -p "$root$own"
    mount --bind "$own" "$root$own"
    mount -o remount,bind,ro "$root$own"
  fi
done
mkdir -p "$root/proc" "$root/tmp"
mount --rbind /proc "$root/proc"
if [ "$user" = 0 ]; then
  exec chroot "$root" env -C "$directory" "$@"
fi
# As `docker run --tmpfs /tmp` mounts it, with the size that the pods of k8s/ have.
mount -t tmpfs -o rw,nosuid,nodev,noexec,mode=1777,size=64m tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"
# A user without an entry in /etc/passwd has the group 0.
exec chroot "$root" env -C "$directory" \
  setpriv --reuid "$user" --regid 0 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
