# Runs a server that ends when its starter does, whatever the way: $1 is the folder of the run, $2 the signal that ends the
# server, the rest its command. The starter holds the other end of standard input and never writes to it; the kernel closes
# that end when the starter ends, SIGKILL included. The folder goes with the server then.
folder=$1
signal=$2
shift 2
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{
  read -r end <&3
  : >"$folder/abandoned"
  kill -"$signal" "$server"
} &
watch=$!
exec 3<&-
wait "$server"
code=$?
if [ -e "$folder/abandoned" ]; then
  rm -rf "$folder"
else
  kill "$watch"
fi
exit "$code"
