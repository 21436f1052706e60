FROM python:3.12-slim
workdir /notebooks
copy --chown=1000:1000 ["first.ipynb", "second one.ipynb", "./"]
copy --chown=1000:1000 <<EOF ./README.md
Start with first.ipynb.
EOF
user 1000
cmd ["jupyter-lab", "--ip=0.0.0.0"]
