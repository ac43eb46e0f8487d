// A sleeve of muscle and tendon around a bone, in hexahedra: gmsh -3 my_leg.geo
bone = 12; outer = 32;          // radii, mm
height[] = {0, 90, 310, 340};   // mm: foot, end of the tendon, beginning of the origin, knee
layers[] = {9, 22, 3};          // cells between these heights

// A ring in the plane z = 0: a line from the bone to the skin, turned by four quarters.
Point(1) = {bone, 0, 0};
Point(2) = {outer, 0, 0};
Line(1) = {1, 2};
Transfinite Curve{1} = 5;       // 4 cells across
edge = 1;
For quarter In {1:4}
  turned[] = Extrude{{0, 0, 1}, {0, 0, 0}, Pi / 2}{ Curve{edge}; Layers{5}; Recombine; };
  edge = turned[0];
  ring[] += turned[1];
EndFor

// The ring is drawn out upwards, part by part.
face[] = ring[];
For part In {0:2}
  volume[] = {};
  upper[] = {};
  For k In {0:3}
    drawn[] = Extrude{0, 0, height[part + 1] - height[part]}{ Surface{face[k]}; Layers{layers[part]}; Recombine; };
    upper[] += drawn[0];
    volume[] += drawn[1];
  EndFor
  face[] = upper[];
  solid~{part}[] = volume[];
EndFor

// Tissues are volumes. The bone is left out: its surface is where tissue is attached, or glides.
Physical Volume("tendon") = solid_0[];
Physical Volume("muscle") = {solid_1[], solid_2[]};
e = 0.1;
inside[] = Surface In BoundingBox{-bone - e, -bone - e, -e, bone + e, bone + e, height[3] + e};
above[] = Surface In BoundingBox{-bone - e, -bone - e, height[2] - e, bone + e, bone + e, height[3] + e};
inside[] -= above[];
Physical Surface("heel") = ring[];
Physical Surface("origin") = above[];
Physical Surface("bone") = inside[];
