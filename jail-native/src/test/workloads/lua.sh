# needs: lua5.4
lua5.4 -e 'os.execute("echo child"); local f = io.popen("echo pipe"); print(f:read()); f:close()
f = io.open("x", "w"); f:write("text"); f:close(); os.rename("x", "y"); print(io.open("y"):read("a"), os.remove("y"))
os.remove(os.tmpname()); collectgarbage()'
