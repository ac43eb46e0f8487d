def content(folder, with_pictures): raise NotImplementedError
