# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Completion of opsctl's command line for bash, with or without the package
# bash-completion. Only root sees what runs now: other users are offered commands,
# options, types and files.
#
# The author of a table chose its name. It is never evaluated (so there is no
# compgen -W), and is offered quoted.

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

# Offers what opsctl has of $1: tables, attached, links or types.
_opsctl_ask() {
	local answer known

	# Otherwise bash might look for a package that has it.
	command -v opsctl >/dev/null || return 0
	answer=$(opsctl complete "$1" </dev/null 2>/dev/null) || return 0
	mapfile -t known <<<"$answer"
	_opsctl_offer "${known[@]}"
}

# Offers links; a pin is a file.
_opsctl_offer_links() {
	if [[ ${words[-1]} == */* ]]; then
		_opsctl_complete_as default
	else
		_opsctl_ask links
	fi
}

_opsctl_offer_commands() {
	_opsctl_offer types list show dump new inspect attach swap detach remove wait \
		watch log top doctor help
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
		--map | --pin | --set | --var | --module | --kdir | --member | --btf | --base-btf)
			option=$word
			;;
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
			_opsctl_offer_commands
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
	*:--btf | *:--base-btf)
		_opsctl_complete_as default
		return
		;;
	*:--map | *:--set | *:--var | *:--member) return ;;
	esac

	if [[ $typed != -* ]]; then
		case $command:$operands in
		types:0 | new:0) _opsctl_ask types ;;
		dump:0 | top:0) _opsctl_ask tables ;;
		remove:0) _opsctl_ask attached ;;
		swap:0 | detach:0 | wait:0) _opsctl_offer_links ;;
		inspect:0 | attach:0 | swap:1 | doctor:0) _opsctl_complete_as default ;;
		help:0) _opsctl_offer_commands ;;
		esac
		# Options are offered once the required arguments are there.
		case $command:$operands in
		dump:0 | new:0 | inspect:0 | attach:0 | swap:[01] | remove:0) return ;;
		esac
	fi
	case $command in
	dump) _opsctl_offer --all ;;
	new) _opsctl_offer --member --btf --base-btf ;;
	attach) _opsctl_offer --map --pin --set --var --no-link --dry-run ;;
	swap) _opsctl_offer --map --set --var ;;
	remove) _opsctl_offer --yes ;;
	top) _opsctl_offer --once ;;
	doctor) _opsctl_offer --module --kdir ;;
	esac
	[[ $typed != -* ]] || _opsctl_offer --help
}

complete -F _opsctl opsctl
