FROM localhost:5000/base/python
CMD ["python3"]
