if [[ -r ${__vmirs_user_zdotdir:-$HOME}/.zprofile ]]; then . "${__vmirs_user_zdotdir:-$HOME}/.zprofile"; fi
