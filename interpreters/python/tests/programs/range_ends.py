for a,b,c in [(0,5,1),(5,0,-1),(0,10,3),(10,0,-3),(3,3,1),(2**62-3,2**62+3,1),(2**63-3,2**63+3,1),(2**63-10,2**63-1,4),(-2**63,-2**63+3,1),(-2**63+5,-2**63,-2),(2**62-1,2**65,2**62),(-2**62,2**62-1,2**61), (1,2,2**63-1),(2**70,2**70+3,1)]:
    r=range(a,b,c); it=iter(r); out=[]
    print(r, it.__length_hint__(), end=' ')
    for x in it:
        out.append(x)
        if len(out)>12: break
    print(out, it.__length_hint__(), list(reversed(r))[:12], len(list(r)[:20]))
    for k in range(300):
        n=0
        for x in r:
            n+=x
        for x in reversed(r): n-=x
    print(n)
