# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Completion of opsctl's command line for bash, with or without the package
# bash-completion. Only root sees what runs now: other users are offered commands,
# options, types and files.
#
# The author of a table chose its name. It is never evaluated (so there is no
# compgen -W), and is offered quoted.

# Puts the value of the JSON string $1 into $text; false if it is no string, or has
# an escape other than of a quote or a backslash: then it is not printable.
_opsctl_text() {
	local rest

	[[ $1 == \"*\" ]] || return
	rest=${1:1:${#1}-2}
	text=
	while [[ $rest == *\\* ]]; do
		[[ ${rest#*\\} == [\"\\]* ]] || return
		text+=${rest%%\\*}
		rest=${rest#*\\}
		text+=${rest:0:1}
		rest=${rest:1}
	done
	text+=$rest
}

# Reads a JSON array of objects, as opsctl prints it, into arrays that have one
# element for each object: ids, names, attached (true or false), and links: the
# ids of its links.
_opsctl_read() {
	local depth=0 token='' before key='' section='' text

	ids=() names=() attached=() links=()
	while IFS= read -r token; do
		case $token in
		'{' | '[')
			depth=$((depth + 1))
			if [[ $depth -eq 2 ]]; then
				ids+=('') names+=('') attached+=('') links+=('')
			fi
			;;
		'}' | ']') depth=$((depth - 1)) ;;
		:)
			key=$before
			[[ $depth -ne 2 ]] || section=$key
			;;
		,) key= ;;
		*)
			case $depth$section$key in
			'2"id""id"') ids[-1]=$token ;;
			'2"attached""attached"') attached[-1]=$token ;;
			'2"name""name"')
				! _opsctl_text "$token" || names[-1]=$text
				;;
			'4"links""id"') links[-1]+=" $token" ;;
			esac
			;;
		esac
		before=$token
	done < <(
		# Otherwise bash might look for a package that has it.
		command -v opsctl >/dev/null || exit
		opsctl -j "$@" </dev/null 2>/dev/null |
			LC_ALL=C grep -oE '"([^"\\]|\\.)*"|[][{}:,]|[^][{}:,"[:space:]]+' 2>/dev/null
	)
}

# Offers each of the words that begins with what was typed.
_opsctl_offer() {
	local word reply

	for word; do
		[[ -n $word && $word == "$typed"* ]] || continue
		reply=$word
		case $quote in
		\') [[ $word != *\'* ]] || continue ;;
		\") [[ $word != *[\"\\\$\`!]* ]] || continue ;;
		mixed) return ;;
		*) printf -v reply %q "$word" ;;
		esac
		[[ $reply == "$kept"* ]] || continue
		COMPREPLY+=("${reply#"$kept"}")
	done
}

# Whether opsctl takes $1 for a name in any place, and it can be typed.
_opsctl_is_name() {
	case $1 in
	-* | */* | *[![:print:]]* | *$'\xef\xbf\xbd'*) return 1 ;;
	*[!0-9]*) return 0 ;;
	*) return 1 ;;
	esac
}

# Offers the name of table $1, if no other table has it.
_opsctl_offer_name() {
	local other count=0

	_opsctl_is_name "${names[$1]}" || return 0
	for other in "${names[@]}"; do
		[[ $other != "${names[$1]}" ]] || count=$((count + 1))
	done
	[[ $count -ne 1 ]] || _opsctl_offer "${names[$1]}"
}

# Offers all tables, or with "attached" those that are attached.
_opsctl_offer_tables() {
	local ids names attached links i

	_opsctl_read list
	for i in "${!ids[@]}"; do
		[[ ${1-} != attached || ${attached[i]} == true ]] || continue
		_opsctl_offer "${ids[i]}"
		_opsctl_offer_name "$i"
	done
}

# Offers links, and the names of tables that have one; a pin is a file.
_opsctl_offer_links() {
	local ids names attached links i its

	if [[ ${words[-1]} == */* ]]; then
		_opsctl_complete_as default
		return
	fi
	_opsctl_read list
	for i in "${!ids[@]}"; do
		IFS=' ' read -ra its <<<"${links[i]}"
		_opsctl_offer "${its[@]}"
		[[ ${#its[@]} -ne 1 ]] || _opsctl_offer_name "$i"
	done
}

_opsctl_offer_types() {
	local ids names attached links i

	_opsctl_read types
	for i in "${!names[@]}"; do
		! _opsctl_is_name "${names[i]}" || _opsctl_offer "${names[i]}"
	done
}

_opsctl_offer_modules() {
	local module rest

	[[ -r /proc/modules ]] || return
	while read -r module rest; do
		_opsctl_offer "$lead$module"
	done </proc/modules
}

# Leaves the offer to readline: "default" for files, or "dirnames".
_opsctl_complete_as() {
	compopt -o "$1" 2>/dev/null || :
}

# Puts the words of the line up to the cursor into $words, joined where bash split
# them at characters like = and :. Puts the last part, as bash has it, into $last.
_opsctl_words() {
	local rest=${COMP_LINE:0:COMP_POINT} word gap i

	words=() last=
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]-}
		gap=${rest%%[![:space:]]*}
		rest=${rest#"$gap"}
		# The cursor may stand inside the last word.
		[[ $i -lt $COMP_CWORD ]] || word=${word:0:${#rest}}
		rest=${rest#"$word"}
		if [[ $i -gt 0 && -z $gap ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
		last=$word
	done
	[[ $last == *[!=:@]* ]] || last=
}

# Puts what was typed of the last word into $typed, without quoting, the kind of an
# open quote into $quote, and what readline keeps of the word into $kept. False if
# the word is quoted in parts, or expanded: then only files are offered.
_opsctl_unquote() {
	local rest=${words[-1]}

	typed='' quote=
	kept=${rest%"$last"}
	case $rest in
	[\"\']*)
		quote=${rest:0:1}
		typed=${rest:1}
		[[ -z $kept && $typed != *["$quote\\\$\`"]* ]]
		return
		;;
	esac
	while [[ $rest == *\\* ]]; do
		[[ ${rest%%\\*} != *[\"\'\`\$]* ]] || return
		typed+=${rest%%\\*}
		rest=${rest#*\\}
		typed+=${rest:0:1}
		rest=${rest:1}
	done
	typed+=$rest
	[[ $rest != *[\"\'\`\$]* ]]
}

_opsctl() {
	local IFS=$' \t\n' words last typed quote kept lead=
	local word command='' option='' operands=0

	COMPREPLY=()
	_opsctl_words
	[[ ${#words[@]} -gt 1 ]] || return 0
	_opsctl_unquote || quote=mixed

	for word in "${words[@]:1:${#words[@]}-2}"; do
		if [[ -n $option ]]; then
			option=
			continue
		fi
		case $word in
		--map | --pin | --set | --module | --kdir) option=$word ;;
		-*) ;;
		*)
			[[ -z $command ]] || operands=$((operands + 1))
			command=${command:-$word}
			;;
		esac
	done
	if [[ $typed == --*=* ]]; then
		option=${typed%%=*}
		lead=$option=
	fi

	case $command:$option in
	:*)
		if [[ $typed == -* ]]; then
			_opsctl_offer -j --json -p --pretty -d --debug \
				-V --version -h --help
		else
			_opsctl_offer types list show dump attach swap detach \
				remove wait top doctor help
		fi
		return
		;;
	*:--pin | *:--kdir)
		_opsctl_complete_as dirnames
		return
		;;
	*:--module)
		_opsctl_offer_modules
		return
		;;
	*:--map | *:--set) return ;;
	esac

	if [[ $typed != -* ]]; then
		case $command:$operands in
		types:0) _opsctl_offer_types ;;
		dump:0 | top:0) _opsctl_offer_tables ;;
		remove:0) _opsctl_offer_tables attached ;;
		swap:0 | detach:0 | wait:0) _opsctl_offer_links ;;
		attach:0 | swap:1) _opsctl_complete_as default ;;
		esac
		# Options are offered once the required arguments are there.
		case $command:$operands in
		attach:0 | swap:[01] | remove:0) return ;;
		esac
	fi
	case $command in
	attach) _opsctl_offer --map --pin --set ;;
	swap) _opsctl_offer --map --set ;;
	remove) _opsctl_offer --yes ;;
	top) _opsctl_offer --once ;;
	doctor) _opsctl_offer --module --kdir ;;
	esac
	[[ $typed != -* ]] || _opsctl_offer --help
}

complete -F _opsctl opsctl
