# Prints where the machine's libpcap is, or, where it has none yet, where the
# distribution would put it.
#	find-libpcap.sh <C compiler>
set -eu

compiler=${1:-cc}
PATH=$PATH:/usr/sbin:/sbin

# What the dynamic linker knows, and then what the compiler knows.
for name in libpcap.so.0.8 libpcap.so.1; do
	path=$(ldconfig -p 2>/dev/null |
		sed -n "s|.*[[:space:]]$name (.*64.*) => ||p" | head -n 1)
	[ -n "$path" ] || path=$($compiler -print-file-name=$name)
	if [ -e "$path" ]; then
		echo "$path"
		exit
	fi
done
folder=$($compiler -print-multiarch 2>/dev/null) || folder=
echo "/usr/lib/${folder:+$folder/}libpcap.so.0.8"
