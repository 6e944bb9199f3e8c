#!/bin/sh
# The allowed arrows between rooms (floors.txt), against the includes.
set -eu
cd "$(dirname "$0")/.."
status=0
while IFS=: read -r room allowed; do
  case $room in ''|\#*) continue ;; esac
  [ -d "naru/$room" ] || continue
  bad=$(grep -rnoE '#include "naru/[a-z]+/' "naru/$room" | awk -F'"naru/' -v ok=" $room $allowed " '
    { r = $2; sub("/", "", r); if (index(ok, " " r " ") == 0) print $1 "-> " r }')
  [ -z "$bad" ] || { echo "includes from a room that naru/$room may not use (tests/floors.txt):"; echo "$bad"; status=1; }
done < tests/floors.txt
exit $status
