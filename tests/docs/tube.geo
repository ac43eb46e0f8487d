// The inflated tube of docs/case.md, a quarter of it.
SetFactory("Built-in");
Point(1) = {10, 0, 0};
Point(2) = {14, 0, 0};
Line(1) = {1, 2};
Transfinite Curve{1} = 4;
quarter[] = Extrude{{0, 0, 1}, {0, 0, 0}, Pi / 2}{ Curve{1}; Layers{6}; Recombine; };
drawn[] = Extrude{0, 0, 20}{ Surface{quarter[1]}; Layers{4}; Recombine; };
e = 0.01;
inside[] = Surface In BoundingBox{-e, -e, -e, 10 + e, 10 + e, 20 + e};
cut_y[] = Surface In BoundingBox{-e, -e, -e, 14 + e, e, 20 + e};
cut_x[] = Surface In BoundingBox{-e, -e, -e, e, 14 + e, 20 + e};
Physical Volume("wall") = {drawn[1]};
Physical Surface("ends") = {quarter[1], drawn[0]};
Physical Surface("inside") = inside[];
Physical Surface("cut_x") = cut_x[];
Physical Surface("cut_y") = cut_y[];
