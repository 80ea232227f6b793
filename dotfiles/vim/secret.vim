" Files that hold a secret or are temporary get no undo file, no swap file and no backup, and that vim
" writes no viminfo (it holds registers). Losing an undo costs little: in doubt a file is secret.

" Folders whose files are secret or temporary: mktemp, crontab -e, sudoedit, pass, gopass, sops,
" ansible-vault and kubectl edit open files in the temporary ones.
let s:folders = '\v^%(/tmp|/var/tmp|/dev/shm|/run|/var/run|/private|/var/folders|/proc|/etc)/'
let s:folders .= '|/\.%(ssh|gnupg|aws|azure|kube|docker|password-store|oci|terraform\.d|kaggle|'
let s:folders .= 'config/%(gcloud|gh|hub|op|rclone|sops|gopass|beachhead|doctl|age|git/credentials)|'
let s:folders .= 'local/share/%(gopass|keyrings|password-store)|cache/huggingface)%(/|$)'
let s:folders .= '|/%(secrets?|credentials?|private)/'
" Names of files, whatever their folder and letters' case.
let s:names = '\v\c%(secret|credential|passw|passphrase|apikey|api[-_]key|private[-_]?key)'
let s:names .= '|%(^|[._-])%(tokens?|vault)%([._-]|$)'
let s:names .= '|^\.?env$|^\.env|\.env$|^\.envrc|^[._]netrc|^\.pgpass|^pgpass\.conf|^\.my\.cnf|^\.mylogin'
let s:names .= '|^\.git-credentials|^\.npmrc|^\.yarnrc|^\.pypirc|^\.boto|^\.s3cfg|^\.databrickscfg'
let s:names .= '|^\.htpasswd|^g?shadow|^sudoers|^\.%(bash|zsh|python|mysql|psql|sqlite)_history'
let s:names .= '|^id_%(rsa|dsa|ecdsa|ed25519)|^kubeconfig|^hosts\.yml$|^kaggle\.json|service[-_]account'
let s:names .= '|\.%(pem|key|p8|p12|pfx|jks|keystore|kdbx?|ppk|gpg|asc|pgp|age|ovpn|tfvars|tfstate)'
let s:names .= '%($|\.)|^crontab'

" Usage: s:IsSecret(NAME)
" Returns whether a file is secret: by its name, by its folder or that of the file it links to, by
" its mode (only you may read it), or because its git repository encrypts files.
function! s:IsSecret(name) abort
  let l:temporary = empty($TMPDIR) ? '' : resolve(fnamemodify($TMPDIR, ':p'))
  for l:path in [fnamemodify(a:name, ':p'), resolve(fnamemodify(a:name, ':p'))]
    if l:path =~# s:folders || fnamemodify(l:path, ':t') =~# s:names
      return 1
    endif
    if !empty(l:temporary) && l:temporary !=# '/' && stridx(l:path, l:temporary) == 0
      return 1
    endif
  endfor
  return getfperm(l:path) =~# '^.\{3}------$' || s:IsEncrypted(fnamemodify(l:path, ':h'))
endfunction

" Returns whether a .gitattributes in a folder above names a filter of git-crypt, transcrypt or git-secret.
function! s:IsEncrypted(folder) abort
  for l:file in findfile('.gitattributes', escape(a:folder, ' ,;\') . ';', -1)
    if filereadable(l:file) && match(readfile(l:file, '', 1000), 'filter=\S*crypt') >= 0
      return 1
    endif
  endfor
  return 0
endfunction

function! s:Forget() abort
  setlocal noundofile noswapfile
  set nobackup viminfo=
  if exists('&patchmode')
    set patchmode=
  endif
endfunction

augroup beachhead_secret
  autocmd!
  autocmd BufNewFile,BufReadPre,BufWritePre,BufFilePost * if s:IsSecret(expand('<afile>')) | call s:Forget() | endif
  " Text from a pipe, as of `pass show NAME | vim -`.
  autocmd StdinReadPre * call s:Forget()
augroup END
