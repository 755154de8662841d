# launch.sh FILE COMMAND...: records this process in FILE, then becomes COMMAND.
# The record is the boot's id and the process's own line of /proc/self/stat: its id and start time survive the exec.
set -eu
file=$1
shift
read -r boot </proc/sys/kernel/random/boot_id
read -r stat </proc/self/stat
printf '%s\n%s\n' "$boot" "$stat" >"$file.new"
mv "$file.new" "$file"
exec "$@"
