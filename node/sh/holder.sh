# holder.sh STATE_DIR: the first process of a node. Runs in fresh mount, network, process, host-name and IPC namespaces, gives
# them a root of their own, and stays, so that all the node's processes, mounts and interfaces end with it.
# From the environment: NODE_NAME, NODE_ADDRESS, ALL_NET, POD_NET, IPTABLES, and BINDS, folders to show as they are, one a line.
set -eu
state=$1
root=$state/root

# Nothing mounted here is seen outside, and nothing mounted outside later is seen here.
mount --make-rprivate /

mkdir -p "$root"
mount -t tmpfs -o mode=755,size=16m node "$root"
cd "$root"
mkdir -p proc sys dev run tmp etc var opt usr mnt old

# Programs are the machine's.
for name in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$name" ]; then
    ln -s "$(readlink "/$name")" "$name"
  elif [ -d "/$name" ]; then
    mkdir "$name"
    mount --bind "/$name" "$name"
    mount -o remount,bind,ro "$name"
  fi
done
mount -t tmpfs -o mode=755 run run
if [ -d /lib/modules ]; then
  mount --bind /usr usr
  mount -o remount,bind,ro usr
else
  # kube-proxy's pod asks for /lib/modules; where the machine has none, the pod's runtime must be able to make it.
  mkdir -p run/usr/upper run/usr/work
  mount -t overlay -o "lowerdir=/usr,upperdir=$root/run/usr/upper,workdir=$root/run/usr/work" usr usr
  mkdir -p usr/lib/modules
fi

mount --rbind /dev dev
mount -t proc proc proc
# A sysfs of this network namespace, with the machine's cgroups.
mount -t sysfs sysfs sys
mount --rbind /sys/fs/cgroup sys/fs/cgroup

for name in etc var opt tmp; do
  mkdir -p "$state/fs/$name"
  mount --bind "$state/fs/$name" "$name"
done
chmod 1777 tmp
for name in passwd group nsswitch.conf ld.so.cache ld.so.conf localtime protocols services login.defs; do
  if [ -e "/etc/$name" ]; then cp -L "/etc/$name" "etc/$name"; fi
done
for name in ssl pki ca-certificates alternatives ld.so.conf.d; do
  if [ -d "/etc/$name" ]; then
    mkdir -p "etc/$name"
    mount --bind "/etc/$name" "etc/$name"
    mount -o remount,bind,ro "etc/$name"
  fi
done
printf '127.0.0.1 localhost\n%s %s\n' "$NODE_ADDRESS" "$NODE_NAME" >etc/hosts
echo "$NODE_NAME" >etc/hostname

echo "$BINDS" | while read -r folder; do
  if [ -n "$folder" ]; then
    mkdir -p "./$folder"
    mount --bind "$folder" "./$folder"
  fi
done
mkdir -p "./$state/run"
mount --bind "$state/run" "./$state/run"
mkdir -p "./$state/config"
mount --bind "$state/config" "./$state/config"

# The kubelet sets these for the whole machine when they differ from its wishes. It finds them granted, and the machine keeps its own.
pretend() {
  if [ -e "proc/sys/$1" ]; then
    mkdir -p "run/sysctl/${1%/*}"
    echo "$2" >"run/sysctl/$1"
    mount --bind "run/sysctl/$1" "proc/sys/$1"
  fi
}
pretend vm/overcommit_memory 1
pretend vm/panic_on_oom 0
pretend kernel/panic 10
pretend kernel/panic_on_oops 1
pretend kernel/keys/root_maxkeys 1000000
pretend kernel/keys/root_maxbytes 25000000

pivot_root . old
cd /
umount -l /old
rmdir /old
# Volumes mounted by the kubelet must be seen in containers that ask for it.
mount --make-rshared /

echo "$NODE_NAME" >/proc/sys/kernel/hostname
echo 1 >/proc/sys/net/ipv4/ip_forward
ip link set lo up
# The node's address must not come and go with the way out.
ip address add "$NODE_ADDRESS/32" dev lo scope global
# Service addresses need a route to be looked at by kube-proxy's rules at all, also when there is no way out.
ip route add local "$NODE_ADDRESS" dev lo 2>/dev/null || true
ip route add "$ALL_NET" dev lo src "$NODE_ADDRESS" metric 4096
"$IPTABLES" -w -t nat -A POSTROUTING -s "$POD_NET" ! -d "$ALL_NET" -j MASQUERADE
# Only what runs on this machine may come in from the way out, and pasta delivers that over loopback.
"$IPTABLES" -w -A INPUT -i uplink -m conntrack --ctstate NEW -j DROP

echo ready >"$state/run/holder.ready"

# As the first process of its namespace it adopts and reaps what others leave behind.
trap : TERM INT HUP
while :; do
  sleep 86400 &
  wait $! || :
done
