print("lazy", __name__)
