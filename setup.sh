# Sourced by ./run and ./test: makes .venv with the program in it. Does nothing when all is as it should be.

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "TanyaMutu needs Python 3.11 or newer: install it, or name it: PYTHON=/path/to/python ./run" >&2
  return 2
}

# set_up [extras]: installs the program and, with "dev", what the tests need.
set_up() {
  local extras="${1:-}" python wanted
  wanted="$(cksum pyproject.toml setup.sh | cksum) ${extras}"
  if [ -x .venv/bin/tanyamutu ] && { [ "$(cat .venv/.set-up 2>/dev/null)" = "$wanted" ] ||
    [ "$(cat .venv/.set-up 2>/dev/null)" = "$(cksum pyproject.toml setup.sh | cksum) dev" ]; }; then
    return 0
  fi
  python="$(find_python)" || return 2
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  echo "Setting up (once, a few minutes) …" >&2
  .venv/bin/python -m pip install --quiet --upgrade pip
  # The CPU build of torch; the default wheel on Linux brings gigabytes of CUDA packages.
  if ! .venv/bin/python -c 'import torch' 2>/dev/null; then
    install_torch
  fi
  .venv/bin/python -m pip install --quiet -e ".${extras:+[$extras]}"
  echo "$wanted" >.venv/.set-up
}

install_torch() {
  if [ -n "${TANYAMUTU_TORCH_INDEX:-}" ]; then
    .venv/bin/python -m pip install --quiet torch --index-url "$TANYAMUTU_TORCH_INDEX"
  else
    .venv/bin/python -m pip install --quiet 'torch==2.13.0'
  fi
}
