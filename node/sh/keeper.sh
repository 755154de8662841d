# keeper.sh FILE COMMAND...: runs COMMAND, the supervisor, and again whenever it has ended, as long as FILE is there.
set -u
file=$1
shift
while [ -e "$file" ]; do
  "$@"
  sleep 1
done
