#!/bin/sh
# Makes .env from .env.example with a random value for each required secret. Never overwrites one.
set -eu
cd "$(dirname "$0")"
if [ -e .env ]; then
  echo '.env 已存在，没有改动。要重新生成请先移走它（注意：TIANYAN_DIGEST_KEY 换掉后，重复投诉对不上以前的）。' >&2
  exit 1
fi
umask 077
secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
while IFS= read -r line; do
  case "$line" in
    [A-Z]*=) printf '%s%s\n' "$line" "$(secret)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <.env.example >.env
echo '已生成 .env（只有本账号可读）。请把其中的 TIANYAN_DIGEST_KEY 另外备份。'
