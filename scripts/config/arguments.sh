# What the scripts do first with their arguments; sourced from the top folder.

# --help shows the comment at a script's top.
case ${1-} in
  -h | --help)
    sed -n '1d; /^#/!q; s/^# \{0,1\}//p' "scripts/${0##*/}"
    exit
    ;;
esac

# refuse WHAT: ends a script that was asked for something it does not know.
refuse() {
  echo "${0##*/}: there is no $1; --help says what there is" >&2
  exit 2
}

# at_most COUNT WORD...: refuses options, and arguments beyond so many.
at_most() {
  local count=$1 word
  shift
  for word in "$@"; do
    [[ $word != -* ]] || refuse "option $word"
  done
  shift "$((count < $# ? count : $#))"
  [ $# -eq 0 ] || refuse "argument $1"
}
