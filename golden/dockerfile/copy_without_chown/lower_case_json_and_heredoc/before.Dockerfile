FROM python:3.12-slim
workdir /notebooks
copy ["first.ipynb", "second one.ipynb", "./"]
copy <<EOF ./README.md
Start with first.ipynb.
EOF
user 1000
cmd ["jupyter-lab", "--ip=0.0.0.0"]
