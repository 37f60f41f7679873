# Runs a server that ends when its starter does, whatever the way: $1 is the folder of the run, $2 the signal that ends the
# server, the rest its command. The starter holds the other end of standard input and never writes to it; the kernel closes
# that end when the starter ends, SIGKILL included. The folder goes with the server then.
folder=$1
signal=$2
shift 2
# Who interrupts a build signals all its processes: the server may go, this has to stay for the folder.
trap : HUP INT TERM
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{
  trap '' HUP INT TERM
  read -r end <&3
  : >"$folder/abandoned"
  kill -"$signal" "$server" 2>/dev/null
} &
watch=$!
exec 3<&-
while kill -0 "$server" 2>/dev/null; do
  wait "$server"
  code=$?
done
if [ -e "$folder/abandoned" ]; then
  rm -rf "$folder"
else
  kill -KILL "$watch"
fi
exit "${code:-1}"
