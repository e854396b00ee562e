# log.awk: JSON log lines as text that people read: time, level, program,
# message, then the other members as name=value. Other lines pass as they are.

function take(re) { # cuts what re matches off the front of rest
	if (!match(rest, re))
		return ""
	piece = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	return piece
}

function plain(s) {
	if (s !~ /^".*"$/)
		return s
	s = substr(s, 2, length(s) - 2)
	gsub(/\\"/, "\"", s)
	gsub(/\\\//, "/", s)
	return s
}

# A value: text, number or word; of an object or array, all that is left.
function value() {
	if (rest ~ /^"/)
		return take("^\"([^\"\\\\]|\\\\.)*\"")
	if (rest ~ /^[{\[]/)
		return take("^.*[}\\]]")
	return take("^[^,}]*")
}

!/^{"time":.*}$/ {
	print
	fflush()
	next
}

{
	rest = substr($0, 2, length($0) - 2)
	time = level = program = text = more = ""
	while ((name = plain(take("^\"[A-Za-z0-9_]*\""))) != "") {
		take("^:")
		v = value()
		take("^,")
		if (name == "time")
			time = substr(plain(v), 12, 12)
		else if (name == "level")
			level = plain(v)
		else if (name == "program")
			program = plain(v)
		else if (name == "msg")
			text = plain(v)
		else if (name != "pid")
			more = more " " name "=" (v ~ /[ =]/ ? v : plain(v))
	}
	printf "%s %-5s %-10s %s%s%s\n", time, level, program, text, more, rest
	fflush()
}
